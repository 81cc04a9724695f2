//! Everything a key can do in the console, in one list: the name in keymap files, the contexts that offer
//! it, and the message that names it for people. What an action does is the page's and the dialog's affair.

/// Where keys are looked up: each place in the console asks a short stack of these, most particular first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Context {
    /// Everywhere, in text fields as well.
    Always,
    /// Every page.
    Global,
    /// Pages with a list.
    List,
    /// The window page.
    Window,
    /// The first-question page.
    Enquiry,
    /// The cases page.
    Cases,
    /// The errands page.
    Errands,
    /// The inspection page.
    Inspection,
    /// Any field of a form.
    Form,
    /// A line of text.
    Field,
    /// A line of text in a form.
    Line,
    /// A text of several lines in a form.
    Note,
    /// A choice in a form.
    Choice,
    /// A list of lines to tick in a form.
    Checklist,
    /// A list narrowed by typing.
    Picker,
    /// The line under `:`.
    CommandLine,
    /// The line under `/`.
    Filter,
    /// A text to read: help, an explanation, messages.
    Reader,
    /// A question to answer with yes or no.
    Confirm,
}

impl Context {
    /// Every context with its name in keymap files.
    pub const ALL: [(Context, &'static str); 19] = [
        (Context::Always, "always"),
        (Context::Global, "global"),
        (Context::List, "list"),
        (Context::Window, "window"),
        (Context::Enquiry, "enquiry"),
        (Context::Cases, "cases"),
        (Context::Errands, "errands"),
        (Context::Inspection, "inspection"),
        (Context::Form, "form"),
        (Context::Field, "field"),
        (Context::Line, "line"),
        (Context::Note, "note"),
        (Context::Choice, "choice"),
        (Context::Checklist, "checklist"),
        (Context::Picker, "picker"),
        (Context::CommandLine, "command_line"),
        (Context::Filter, "filter"),
        (Context::Reader, "reader"),
        (Context::Confirm, "confirm"),
    ];

    /// The name in keymap files.
    pub fn name(self) -> &'static str {
        Context::ALL
            .iter()
            .find(|(context, _)| *context == self)
            .map_or("", |(_, name)| name)
    }

    /// The context of a section of a keymap file.
    pub fn named(name: &str) -> Option<Context> {
        Context::ALL
            .iter()
            .find(|(_, known)| *known == name)
            .map(|(context, _)| *context)
    }

    /// Whether characters that are typed here are text, so that no bare character may be bound.
    pub fn takes_text(self) -> bool {
        use Context::{Always, CommandLine, Field, Filter, Form, Line, Note, Picker};
        matches!(
            self,
            Always | Form | Field | Line | Note | Picker | CommandLine | Filter
        )
    }
}

/// A place in the console where keys are pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// The window page.
    Window,
    /// The first-question page.
    Enquiry,
    /// The cases page.
    Cases,
    /// The errands page.
    Errands,
    /// The inspection page.
    Inspection,
    /// A line of text in a form.
    FormLine,
    /// A text of several lines in a form.
    FormNote,
    /// A choice in a form.
    FormChoice,
    /// A list of lines to tick in a form.
    FormChecklist,
    /// A field of a form that is filled from a list.
    FormPicker,
    /// A list narrowed by typing.
    Picker,
    /// The line under `:`.
    CommandLine,
    /// The line under `/`.
    Filter,
    /// A text to read.
    Reader,
    /// A question.
    Confirm,
}

impl Action {
    /// Whether it is an act of one of the pages, or begins one; looking, leaving and typing are none.
    pub fn is_act(self) -> bool {
        const PAGES: [Context; 5] = [
            Context::Window,
            Context::Enquiry,
            Context::Cases,
            Context::Errands,
            Context::Inspection,
        ];
        let is_of_page = self
            .contexts()
            .iter()
            .any(|context| PAGES.contains(context));
        is_of_page && !matches!(self, Action::CaseExplain | Action::CaseDue)
    }

    /// Whether it changes nothing but what is in sight.
    pub fn only_looks(self) -> bool {
        const LOOKING: [Context; 5] = [
            Context::Always,
            Context::Global,
            Context::List,
            Context::Reader,
            Context::Filter,
        ];
        let contexts = self.contexts();
        !self.is_act() && contexts.iter().any(|context| LOOKING.contains(context))
    }
}

impl Place {
    /// Every place.
    pub const ALL: [Place; 15] = [
        Place::Window,
        Place::Enquiry,
        Place::Cases,
        Place::Errands,
        Place::Inspection,
        Place::FormLine,
        Place::FormNote,
        Place::FormChoice,
        Place::FormChecklist,
        Place::FormPicker,
        Place::Picker,
        Place::CommandLine,
        Place::Filter,
        Place::Reader,
        Place::Confirm,
    ];

    /// The contexts that are asked here, most particular first.
    pub fn contexts(self) -> &'static [Context] {
        use Context as C;
        match self {
            Place::Window => &[C::Window, C::List, C::Global, C::Always],
            Place::Enquiry => &[C::Enquiry, C::List, C::Global, C::Always],
            Place::Cases => &[C::Cases, C::List, C::Global, C::Always],
            Place::Errands => &[C::Errands, C::List, C::Global, C::Always],
            Place::Inspection => &[C::Inspection, C::List, C::Global, C::Always],
            Place::FormLine => &[C::Line, C::Field, C::Form, C::Always],
            Place::FormNote => &[C::Note, C::Field, C::Form, C::Always],
            Place::FormChoice => &[C::Choice, C::Form, C::Always],
            Place::FormChecklist => &[C::Checklist, C::Form, C::Always],
            Place::FormPicker => &[C::Picker, C::Field, C::Form, C::Always],
            Place::Picker => &[C::Picker, C::Field, C::Always],
            Place::CommandLine => &[C::CommandLine, C::Field, C::Always],
            Place::Filter => &[C::Filter, C::Field, C::Always],
            Place::Reader => &[C::Reader, C::Always],
            Place::Confirm => &[C::Confirm, C::Always],
        }
    }

    /// Whether an unbound character that is typed here goes into a text.
    pub fn takes_text(self) -> bool {
        self.contexts().contains(&Context::Field)
    }
}

macro_rules! actions {
    ($($(#[doc = $doc:literal])+ $action:ident $name:literal $key:literal [$($context:ident),+];)+) => {
        /// A thing that a key, a command word or the palette can ask for.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Action {
            $($(#[doc = $doc])+ $action,)+
        }

        impl Action {
            /// Every action, in the order in which help lists them.
            pub const ALL: &'static [Action] = &[$(Action::$action),+];

            /// The name in keymap files and on the command line.
            pub fn name(self) -> &'static str {
                match self { $(Action::$action => $name,)+ }
            }

            /// The key of the message that names it for people.
            pub fn message(self) -> &'static str {
                match self { $(Action::$action => $key,)+ }
            }

            /// The contexts in which it can be bound.
            pub fn contexts(self) -> &'static [Context] {
                match self { $(Action::$action => &[$(Context::$context),+],)+ }
            }
        }
    };
}

actions! {
    /// Close the top dialog, clear the filter, leave the field: one step back, nothing lost.
    Back "back" "action-back" [Always, Reader];
    /// Show the keys that work here.
    Help "help" "action-help" [Always, Global];
    /// Draw the whole screen again.
    Redraw "redraw" "action-redraw" [Always];
    /// Leave the console, after a question where work is open.
    Quit "quit" "action-quit" [Global];
    /// Open the line for commands.
    CommandLine "command_line" "action-command-line" [Always, Global];
    /// Show the messages of this session.
    Messages "messages" "action-messages" [Global];
    /// Fetch the page's data again.
    Refresh "refresh" "action-refresh" [Global];
    /// Go to the window page.
    PageWindow "page.window" "action-page-window" [Global];
    /// Go to the first-question page.
    PageEnquiry "page.enquiry" "action-page-enquiry" [Global];
    /// Go to the cases page.
    PageCases "page.cases" "action-page-cases" [Global];
    /// Go to the errands page.
    PageErrands "page.errands" "action-page-errands" [Global];
    /// Go to the inspection page.
    PageInspection "page.inspection" "action-page-inspection" [Global];
    /// Go to the next page.
    PageNext "page.next" "action-page-next" [Global];
    /// Go to the page before.
    PagePrevious "page.previous" "action-page-previous" [Global];

    /// One row up.
    Up "up" "action-up" [List, Reader, Picker, Checklist, Note, Filter, CommandLine];
    /// One row down.
    Down "down" "action-down" [List, Reader, Picker, Checklist, Note, Filter, CommandLine];
    /// A screenful up.
    PageUp "page_up" "action-page-up" [List, Reader, Picker];
    /// A screenful down.
    PageDown "page_down" "action-page-down" [List, Reader, Picker];
    /// Half a screenful up.
    HalfUp "half_up" "action-half-up" [List, Reader];
    /// Half a screenful down.
    HalfDown "half_down" "action-half-down" [List, Reader];
    /// To the first row.
    Top "top" "action-top" [List, Reader];
    /// To the last row.
    Bottom "bottom" "action-bottom" [List, Reader];
    /// Open what is selected, take it, run it.
    Open "open" "action-open" [List, Picker, Filter, CommandLine];
    /// Mark or unmark the row.
    Mark "mark" "action-mark" [List, Checklist];
    /// Tick every line, or none when all are ticked.
    MarkAll "mark_all" "action-mark-all" [Checklist];
    /// Narrow the list by typing.
    Filter "filter" "action-filter" [List];
    /// Show another selection of records: mine, all, closed.
    Scope "scope" "action-scope" [List];
    /// Scroll the detail up.
    DetailUp "detail_up" "action-detail-up" [List];
    /// Scroll the detail down.
    DetailDown "detail_down" "action-detail-down" [List];

    /// Call the next ticket (R31).
    WindowCall "window.call" "action-window-call" [Window];
    /// Call the same ticket again (R37).
    WindowRecall "window.recall" "action-window-recall" [Window];
    /// Begin to serve the called ticket.
    WindowStart "window.start" "action-window-start" [Window];
    /// The ticket is done (R39).
    WindowFinish "window.finish" "action-window-finish" [Window];
    /// The called number did not come.
    WindowMiss "window.miss" "action-window-miss" [Window];
    /// Put the ticket aside.
    WindowHold "window.hold" "action-window-hold" [Window];
    /// Send the ticket to another queue or window.
    WindowTransfer "window.transfer" "action-window-transfer" [Window];
    /// Pause the window, or open it again.
    WindowPause "window.pause" "action-window-pause" [Window];
    /// The ticket is done; call the next.
    WindowFinishAndCall "window.finish_and_call" "action-window-finish-and-call" [Window];
    /// Take a held ticket back.
    WindowResume "window.resume" "action-window-resume" [Window];
    /// Call the selected ticket out of order.
    WindowPick "window.pick" "action-window-pick" [Window];
    /// Bring a missed ticket back into the queue.
    WindowRestore "window.restore" "action-window-restore" [Window];
    /// Give the ticket up.
    WindowAbandon "window.abandon" "action-window-abandon" [Window];
    /// The visitor gives the ticket back.
    WindowCancel "window.cancel" "action-window-cancel" [Window];
    /// Issue a ticket to a visitor at the window.
    WindowIssue "window.issue" "action-window-issue" [Window];
    /// Sign on at a window.
    WindowSignOn "window.sign_on" "action-window-sign-on" [Window];
    /// Sign off.
    WindowSignOff "window.sign_off" "action-window-sign-off" [Window];
    /// Open an enquiry of the visitor being served.
    WindowEnquiry "window.enquiry" "action-window-enquiry" [Window];
    /// Receive a case of the visitor being served.
    WindowCase "window.case" "action-window-case" [Window];
    /// Open a proxy order of the visitor being served.
    WindowProxy "window.proxy" "action-window-proxy" [Window];

    /// Look at the full identity of the person shown, with a purpose (R225).
    PersonUnmask "person.unmask" "action-person-unmask" [Enquiry, Cases, Errands];

    /// Open an enquiry.
    EnquiryOpen "enquiry.open" "action-enquiry-open" [Enquiry];
    /// Answer it as its owner.
    EnquiryAnswer "enquiry.answer" "action-enquiry-answer" [Enquiry];
    /// Forward it to a handler.
    EnquiryForward "enquiry.forward" "action-enquiry-forward" [Enquiry];
    /// Take what was forwarded.
    EnquiryTake "enquiry.take" "action-enquiry-take" [Enquiry];
    /// Give it back to its owner.
    EnquiryGiveBack "enquiry.give_back" "action-enquiry-give-back" [Enquiry];
    /// Reply as its handler.
    EnquiryReply "enquiry.reply" "action-enquiry-reply" [Enquiry];
    /// The visitor is satisfied.
    EnquiryConfirm "enquiry.confirm" "action-enquiry-confirm" [Enquiry];
    /// The visitor is not satisfied.
    EnquiryReject "enquiry.reject_reply" "action-enquiry-reject-reply" [Enquiry];
    /// The visitor cannot be reached.
    EnquiryUnreachable "enquiry.unreachable" "action-enquiry-unreachable" [Enquiry];
    /// The director closes it.
    EnquiryClose "enquiry.close" "action-enquiry-close" [Enquiry];
    /// Receive a case from it.
    EnquiryCase "enquiry.case" "action-enquiry-case" [Enquiry];

    /// Receive a case.
    CaseReceive "case.receive" "action-case-receive" [Cases];
    /// Check papers before a case is received.
    CasePrecheck "case.precheck" "action-case-precheck" [Cases];
    /// Set the kind.
    CaseClassify "case.classify" "action-case-classify" [Cases];
    /// Accept: the clock starts.
    CaseAccept "case.accept" "action-case-accept" [Cases];
    /// Tell the applicant once what is missing.
    CaseNotify "case.notify_once" "action-case-notify-once" [Cases];
    /// Enter supplied papers.
    CaseSupply "case.supply" "action-case-supply" [Cases];
    /// Give the applicant more time for corrections, once (R85).
    CaseGrantTime "case.grant_time" "action-case-grant-time" [Cases];
    /// Return or refuse to accept.
    CaseRefuse "case.refuse" "action-case-refuse" [Cases];
    /// Stop the clock for a special procedure.
    CasePause "case.pause" "action-case-pause" [Cases];
    /// Let the clock run again.
    CaseResume "case.resume" "action-case-resume" [Cases];
    /// Extend the limit.
    CaseExtend "case.extend" "action-case-extend" [Cases];
    /// Pass the file up.
    CaseSubmitUp "case.submit_up" "action-case-submit-up" [Cases];
    /// Decide.
    CaseDecide "case.decide" "action-case-decide" [Cases];
    /// Hand over the result.
    CaseDeliver "case.deliver" "action-case-deliver" [Cases];
    /// The applicant withdraws.
    CaseWithdraw "case.withdraw" "action-case-withdraw" [Cases];
    /// Review a returned case.
    CaseReview "case.review" "action-case-review" [Cases];
    /// Confirm a default.
    CaseDefault "case.default_confirm" "action-case-default-confirm" [Cases];
    /// Explain the due date day by day.
    CaseExplain "case.explain" "action-case-explain" [Cases];
    /// What falls due today, tomorrow, and is overdue (R110).
    CaseDue "case.due" "action-case-due" [Cases];
    /// Open a proxy order for the case.
    CaseProxy "case.proxy" "action-case-proxy" [Cases];
    /// Send the copy notice to a branch department.
    BranchNotify "branch.notify" "action-branch-notify" [Cases];
    /// Sign for the notice.
    BranchSign "branch.sign" "action-branch-sign" [Cases];
    /// Give the branch's opinion.
    BranchOpinion "branch.opinion" "action-branch-opinion" [Cases];
    /// Approve a proposal.
    ProposalApprove "proposal.approve" "action-proposal-approve" [Cases];
    /// Reject a proposal.
    ProposalReject "proposal.reject" "action-proposal-reject" [Cases];

    /// Open a proxy order.
    ProxyOpen "proxy.open" "action-proxy-open" [Errands];
    /// Accept it, with consent and mandate.
    ProxyAccept "proxy.accept" "action-proxy-accept" [Errands];
    /// Assign an agent.
    ProxyAssign "proxy.assign" "action-proxy-assign" [Errands];
    /// Take the order as its agent.
    ProxyTake "proxy.take" "action-proxy-take" [Errands];
    /// Record a leg of the errand.
    ProxyLeg "proxy.leg" "action-proxy-leg" [Errands];
    /// Submit to the department.
    ProxySubmit "proxy.submit" "action-proxy-submit" [Errands];
    /// Record the department's result.
    ProxyResult "proxy.result" "action-proxy-result" [Errands];
    /// Reply to the applicant.
    ProxyReply "proxy.reply" "action-proxy-reply" [Errands];
    /// Complete: delivered, papers back.
    ProxyComplete "proxy.complete" "action-proxy-complete" [Errands];
    /// Suspend.
    ProxySuspend "proxy.suspend" "action-proxy-suspend" [Errands];
    /// Go on.
    ProxyResume "proxy.resume" "action-proxy-resume" [Errands];
    /// The client withdraws.
    ProxyWithdraw "proxy.withdraw" "action-proxy-withdraw" [Errands];
    /// It cannot be done.
    ProxyUnable "proxy.unable" "action-proxy-unable" [Errands];
    /// Follow up.
    ProxyFollowUp "proxy.follow_up" "action-proxy-follow-up" [Errands];
    /// Receive originals.
    CustodyReceive "custody.receive" "action-custody-receive" [Errands];
    /// Offer originals to another keeper.
    CustodyOffer "custody.offer" "action-custody-offer" [Errands];
    /// Take originals that were offered.
    CustodyTake "custody.take" "action-custody-take" [Errands];
    /// A department keeps originals against its receipt.
    CustodyArchive "custody.archive" "action-custody-archive" [Errands];
    /// Return originals.
    CustodyReturn "custody.return" "action-custody-return" [Errands];

    /// Begin a round.
    RoundOpen "round.open" "action-round-open" [Inspection];
    /// Note a window as seen.
    RoundSee "round.see" "action-round-see" [Inspection];
    /// End the round.
    RoundClose "round.close" "action-round-close" [Inspection];
    /// Raise a finding.
    FindingRaise "finding.raise" "action-finding-raise" [Inspection];
    /// Confirm what the machine noticed.
    FindingConfirm "finding.confirm" "action-finding-confirm" [Inspection];
    /// Drop what the machine noticed.
    FindingDrop "finding.drop" "action-finding-drop" [Inspection];
    /// Put right on the spot.
    FindingFix "finding.fix_on_spot" "action-finding-fix-on-spot" [Inspection];
    /// Notify the window.
    FindingNotify "finding.notify" "action-finding-notify" [Inspection];
    /// Record the statement of the one concerned.
    FindingStatement "finding.statement" "action-finding-statement" [Inspection];
    /// Reply to the notice.
    FindingReply "finding.reply" "action-finding-reply" [Inspection];
    /// Set the date for rectification.
    FindingSetDue "finding.set_due" "action-finding-set-due" [Inspection];
    /// Looked again: it is in order.
    FindingRecheckOk "finding.recheck_ok" "action-finding-recheck-ok" [Inspection];
    /// Looked again: it is not.
    FindingRecheckFail "finding.recheck_fail" "action-finding-recheck-fail" [Inspection];
    /// Appeal.
    FindingAppeal "finding.appeal" "action-finding-appeal" [Inspection];
    /// Decide the appeal for the one who appeals.
    FindingUphold "finding.appeal_upheld" "action-finding-appeal-upheld" [Inspection];
    /// Decide the appeal against the one who appeals.
    FindingDismiss "finding.appeal_rejected" "action-finding-appeal-rejected" [Inspection];

    /// To the next field.
    FieldNext "form.next" "action-form-next" [Form, Line, Choice];
    /// To the field before.
    FieldPrevious "form.previous" "action-form-previous" [Form, Line, Choice];
    /// Send the form.
    Submit "form.submit" "action-form-submit" [Form];
    /// Done with this field: to the next, and from the last one send the form.
    FieldDone "form.done" "action-form-done" [Line, Choice, Checklist];
    /// A new line.
    NewLine "note.new_line" "action-note-new-line" [Note];
    /// The next choice.
    ChoiceNext "choice.next" "action-choice-next" [Choice];
    /// The choice before.
    ChoicePrevious "choice.previous" "action-choice-previous" [Choice];

    /// One character left.
    CursorLeft "cursor.left" "action-cursor-left" [Field];
    /// One character right.
    CursorRight "cursor.right" "action-cursor-right" [Field];
    /// One word left.
    CursorWordLeft "cursor.word_left" "action-cursor-word-left" [Field];
    /// One word right.
    CursorWordRight "cursor.word_right" "action-cursor-word-right" [Field];
    /// To the beginning of the line.
    CursorStart "cursor.start" "action-cursor-start" [Field];
    /// To the end of the line.
    CursorEnd "cursor.end" "action-cursor-end" [Field];
    /// Delete the character before the cursor.
    DeleteBack "delete.back" "action-delete-back" [Field];
    /// Delete the character at the cursor.
    DeleteForward "delete.forward" "action-delete-forward" [Field];
    /// Delete the word before the cursor.
    DeleteWord "delete.word" "action-delete-word" [Field];
    /// Delete to the beginning of the line.
    DeleteToStart "delete.to_start" "action-delete-to-start" [Field];
    /// Delete to the end of the line.
    DeleteToEnd "delete.to_end" "action-delete-to-end" [Field];

    /// Complete the word.
    Complete "complete" "action-complete" [CommandLine];
    /// Yes.
    Yes "confirm.yes" "action-confirm-yes" [Confirm];
    /// No.
    No "confirm.no" "action-confirm-no" [Confirm];
}

impl Action {
    /// The action of this name.
    pub fn named(name: &str) -> Option<Action> {
        Action::ALL
            .iter()
            .find(|action| action.name() == name)
            .copied()
    }
}
