### banshi: the English text. Same keys and arguments as zh-CN.ftl, one for one.
### Each floor adds at the end of its own block, in both files at once.

## common

app-name = banshi
yes = yes
no = no
none = none
unknown = unknown
minutes-short = { $count } min
working-days = { $count ->
    [one] { $count } working day
   *[other] { $count } working days
}
natural-days = { $count ->
    [one] { $count } day
   *[other] { $count } days
}

## terms: tickets, windows

ticket-state-waiting = waiting
ticket-state-called = called
ticket-state-serving = serving
ticket-state-held = on hold
ticket-state-missed = missed
ticket-state-done = done
ticket-state-abandoned = abandoned
ticket-state-cancelled = cancelled
ticket-state-expired = expired
priority-green_channel = green channel
priority-courtesy = courtesy
priority-booked = booked
priority-ordinary = ordinary
window-state-open = free
window-state-serving = serving
window-state-paused = paused
window-state-closed = closed
window-state-lost = lost

## terms: enquiries

enquiry-state-open = registered
enquiry-state-forwarded = forwarded
enquiry-state-replied = replied
enquiry-state-linked = became a case
enquiry-state-closed_satisfied = closed, satisfied
enquiry-state-closed_unreachable = closed, unreachable
enquiry-state-closed_by_director = closed by director

## terms: cases and branches

case-state-precheck = pre-check
case-state-received = received
case-state-supplement = correction
case-state-accepted = in hand
case-state-paused = paused
case-state-wait_superior = with superior
case-state-decided_ok = granted
case-state-decided_no = refused
case-state-returned = returned
case-state-not_accepted = not accepted
case-state-delivered = delivered
case-state-withdrawn = withdrawn
case-kind-instant = instant
case-kind-promised = promised
case-kind-joint = joint
case-kind-joint_major = joint, major
case-kind-upward = upward
case-kind-controlled = controlled
case-kind-special = special
case-kind-supplement = correction
case-kind-returned = returned
lamp-green = on time
lamp-amber = soon due
lamp-red = urgent
lamp-overdue = overdue
lamp-paused = stopped
branch-state-planned = planned
branch-state-notified = notified
branch-state-signed = in hand
branch-state-paused = paused
branch-state-absent = absent
branch-state-overdue = overdue
branch-state-defaulted = defaulted
branch-state-consented = consented
branch-state-refused = refused
branch-state-not_needed = not needed

## terms: proxy orders

proxy-state-requested = requested
proxy-state-accepted = accepted
proxy-state-assigned = assigned
proxy-state-underway = under way
proxy-state-suspended = suspended
proxy-state-result = has a result
proxy-state-replied = replied
proxy-state-completed = completed
proxy-state-followed_up = followed up
proxy-state-closed_unable = unable
proxy-state-closed_withdrawn = withdrawn
proxy-state-terminated = terminated

## terms: inspection

finding-state-candidate = to confirm
finding-state-open = found
finding-state-notified = notified
finding-state-rectifying = in rectification
finding-state-appealed = appealed
finding-state-verified = verified
finding-state-reminded = reminded on the spot
finding-state-dropped = dropped
finding-state-cancelled = cancelled
finding-state-published = published

## terms: roles

role-clerk = window clerk
role-chief_rep = chief representative
role-usher = usher
role-agent = errand agent
role-inspector = inspector
role-director = director
role-dept_leader = department leader
role-discipline = discipline office
role-admin = administrator
role-public = public
role-hall = the hall

## refusals (key: refusal- and the code with its dots as hyphens)

refusal-unknown = not done: { $code }
refusal-record-not_found = There is no { $noun } '{ $id }'.
refusal-record-not_found-next = Check the number; list what there is with the noun's list method.
refusal-permission-denied = { $role } may not do { $verb }.
refusal-permission-denied-next = Ask somebody who may: { $allowed }.
refusal-permission-not_yours = This belongs to { $owner }; only they or a chief representative of the department may do it.
refusal-permission-not_yours-next = Hand it over, or sign on where it belongs.
refusal-permission-four_eyes = Nobody approves, decides or checks what they proposed or what is about themselves.
refusal-permission-four_eyes-next = Another person must do it.
refusal-state-refused = { $noun } { $id } is { $state }; { $verb } is not possible from there.
refusal-state-refused-next = Possible now: { $allowed }.
refusal-value-refused = { $field }: { $reason }.
refusal-value-refused-next = Correct the field and send it again.
refusal-system-off = The system '{ $system }' is switched off in this hall.
refusal-system-off-next = A director can switch it on in the hall's registry.
refusal-request-reused = This request id was used for something else.
refusal-request-reused-next = Send it again with a new request id.
refusal-clock-backwards = The clock shows { $at }, before the last entry at { $head }.
refusal-clock-backwards-next = In a training hall give a later --at; else put the clock right.
refusal-hall-not_training = A time can be given in a training hall only.
refusal-hall-not_training-next = Leave out --at, or make a hall with init --training.
refusal-window-closed = Nobody is signed on at window { $window }.
refusal-window-closed-next = Sign on at the window first.
refusal-window-paused = Window { $window } is paused ({ $reason }).
refusal-window-paused-next = Resume service first.
refusal-window-taken = { $staff } is signed on at window { $window }.
refusal-window-taken-next = Take another window, or let { $staff } sign off.
refusal-window-elsewhere = { $staff } is signed on at window { $window } already.
refusal-window-elsewhere-next = Sign off there first.
refusal-window-untrained = { $staff } has not been trained for a post yet.
refusal-window-untrained-next = Let somebody trained sit at window { $window }, or enter the training in the staff table.
refusal-window-unskilled = { $staff } is trained for none of the queues of window { $window }.
refusal-window-unskilled-next = Sign on at a window whose queues fit the skills in the staff table.
refusal-window-not_posted = { $staff } is not posted to window { $window }.
refusal-window-not_posted-next = A clerk or chief representative of its department, or somebody with the skill for its queues, may sign on.
refusal-window-reason_missing = A pause needs its reason.
refusal-window-reason_missing-next = Name one of: { $allowed }.
refusal-window-busy = Window { $window } has ticket { $ticket } in hand.
refusal-window-busy-next = Finish it, hold it, transfer it or miss it first.
refusal-ticket-issuing_stopped = No more tickets are issued today; issuing stopped at { $stops }.
refusal-ticket-issuing_stopped-next = Come back on the next working day.
refusal-ticket-ordinary_only = Self-service gives ordinary tickets only.
refusal-ticket-ordinary_only-next = The usher at the door gives priority tickets.
refusal-ticket-not_client = An agent takes numbers for the clients of his own orders.
refusal-ticket-not_client-next = Open or take the order first, or leave the visitor out.
refusal-ticket-ground_missing = A courtesy ticket names its ground.
refusal-ticket-ground_missing-next = Name one: elderly, disabled, pregnant, with_infant, military, military_family, veteran.
refusal-ticket-ground_mismatch = That ground gives a { $right } ticket, not a { $priority } one.
refusal-ticket-ground_mismatch-next = Leave out the priority; the ground tells it.
refusal-ticket-no_booking = A booked ticket needs a booking, and none was named.
refusal-ticket-no_booking-next = Issue an ordinary ticket.
refusal-ticket-taken = Ticket { $ticket } is { $state } at window { $window }.
refusal-ticket-taken-next = Call the next one.
refusal-ticket-queue_not_served = Window { $window } does not serve queue { $queue }.
refusal-ticket-queue_not_served-next = Transfer the ticket to a queue that the window serves.
refusal-ticket-recall_too_soon = Ticket { $ticket } was called less than { $gap } seconds ago.
refusal-ticket-recall_too_soon-next = Call again in { $seconds } seconds.
refusal-ticket-calls_used = Ticket { $ticket } was called { $calls } times, which is all.
refusal-ticket-calls_used-next = Miss it; it may be restored once today.
refusal-ticket-calls_left = Ticket { $ticket } was called { $calls } times only.
refusal-ticket-calls_left-next = Call it { $left } more before it is missed.
refusal-ticket-held_max = Window { $window } holds { $held } tickets, which is all it may.
refusal-ticket-held_max-next = Resume one of them, or transfer this one.
refusal-ticket-restored_before = Ticket { $ticket } was restored once and missed again.
refusal-ticket-restored_before-next = Issue a new ticket.
refusal-ticket-other_day = Ticket { $ticket } is of { $on }.
refusal-ticket-other_day-next = Issue a new ticket.
refusal-ticket-abandon_waiting = Ticket { $ticket } waits; a waiting ticket is given up only by the director, at close.
refusal-ticket-abandon_waiting-next = Call it first; the applicant may cancel it.
refusal-ticket-before_close = The hall is open until { $close }; those who wait are served.
refusal-ticket-before_close-next = Give up the rest after { $close }.
refusal-ticket-nowhere = Ticket { $ticket } is there already, or no place was named.
refusal-ticket-nowhere-next = Name another queue or another window.
refusal-ticket-reason_missing = Nothing was opened for ticket { $ticket }, and no reason says why.
refusal-ticket-reason_missing-next = Give the reason, or open the enquiry, case or order first.
refusal-ticket-outcome_differs = The visit cannot end as { $outcome }: what was opened for it makes it { $told }.
refusal-ticket-outcome_differs-next = Leave out the outcome, or name the work in refs.
refusal-ticket-not_serving = Ticket { $ticket } is { $state }; work is opened for a ticket that is being served.
refusal-ticket-not_serving-next = Call and start it first, or leave the ticket out.
refusal-enquiry-words_missing = { $field } is empty, and has to be on record.
refusal-enquiry-words_missing-next = Write it down and send it again.
refusal-enquiry-forward_nowhere = It was not said to whom it goes.
refusal-enquiry-forward_nowhere-next = Name a department or a handler.
refusal-enquiry-has_it = { $staff } has enquiry { $enquiry } already.
refusal-enquiry-has_it-next = Name somebody else.
refusal-enquiry-other_department = { $staff } does not belong to department { $department }.
refusal-enquiry-other_department-next = Name the department or the handler alone.
refusal-enquiry-cannot_handle = { $staff } does not answer visitors.
refusal-enquiry-cannot_handle-next = Name a clerk, usher, agent or chief representative.
refusal-enquiry-taken = Enquiry { $enquiry } was taken by { $staff }.
refusal-enquiry-taken-next = Leave it with them; the owner may forward it again.
refusal-enquiry-give_back_late = Enquiry { $enquiry } was handed over more than { $hours } hours ago.
refusal-enquiry-give_back_late-next = Reply, or forward it to the right post.
refusal-enquiry-out_of_scope = Enquiry { $enquiry } is not the business of its owner.
refusal-enquiry-out_of_scope-next = Forward it, or say in 'outside' where the visitor was sent and the telephone there.
refusal-enquiry-directors = Two replies to enquiry { $enquiry } were rejected; it is the director's now.
refusal-enquiry-directors-next = The director answers, forwards or closes it.
refusal-enquiry-not_confirmed = Nothing shows that the visitor of enquiry { $enquiry } is satisfied.
refusal-enquiry-not_confirmed-next = Say how they confirmed: in_person, signature, phone, message; or record that they could not be reached.
refusal-enquiry-same_day = An attempt to reach the visitor of enquiry { $enquiry } is on record for { $on } already.
refusal-enquiry-same_day-next = Try again on another working day.
refusal-enquiry-day_off = { $on } is no working day; attempts to reach a visitor count on working days.
refusal-enquiry-day_off-next = Try again on a working day.
refusal-enquiry-not_replied = Enquiry { $enquiry } has no reply on record.
refusal-enquiry-not_replied-next = Record a reply first.
refusal-case-agent_needs_order = An agent hands in papers for a client under a proxy order only.
refusal-case-agent_needs_order-next = Name the proxy order.
refusal-case-unlisted_material = The item's list does not name the material '{ $material }'; only listed materials may be demanded.
refusal-case-unlisted_material-next = Take it off, or have the list changed first.
refusal-case-incomplete = Papers are missing: { $missing }.
refusal-case-incomplete-next = Give the one-time notice, or take the papers; tolerable ones may be promised in writing (promise_on).
refusal-case-nothing_missing = Nothing is missing and no defect is named.
refusal-case-nothing_missing-next = Accept it, or name what is wrong and how to put it right.
refusal-case-notice_once = This could have been named in the first notice: { $materials }.
refusal-case-notice_once-next = Take the papers as they are; a chief representative may override with a reason, which becomes a finding.
refusal-case-time_once = The time for corrections was lengthened once already.
refusal-case-time_once-next = Supply the papers in time, or file again.
refusal-case-not_owed = The material '{ $material }' is not among the papers still owed.
refusal-case-not_owed-next = Supply only what was promised.
refusal-case-missing_no_ground = Missing papers are no ground for a refusal.
refusal-case-missing_no_ground-next = Give the one-time notice.
refusal-case-ground_too_late = After the one-time notice a case can only be sent back on grounds of policy.
refusal-case-ground_too_late-next = Choose against_policy or survey_failed, or wait for the papers.
refusal-case-kind_fixed = The kind was fixed at acceptance; from { $from } to { $to } is not possible.
refusal-case-kind_fixed-next = A promised case may become joint or upward; an instant one promised until close of the same day.
refusal-case-pause_kind = { $kind } does not stop the clock.
refusal-case-pause_kind-next = Only these do: { $allowed }.
refusal-case-pause_overlap = Two pauses may not overlap.
refusal-case-pause_overlap-next = Resume the one that lasts first.
refusal-case-extend_late = The due date { $due_on } has passed; an extension asked afterwards is refused.
refusal-case-extend_late-next = Decide now; the case is overdue.
refusal-case-extend_once = The statutory limit was extended once already.
refusal-case-extend_once-next = Decide within it.
refusal-case-extend_too_long = At most { $most } working days may be added.
refusal-case-extend_too_long-next = Ask for fewer days.
refusal-case-approval_number = Extending a joint case beyond the statutory limit needs the government's approval number.
refusal-case-approval_number-next = Give approval_no.
refusal-case-beyond_statutory = The new date { $due_on } lies beyond the statutory { $statutory_on }.
refusal-case-beyond_statutory-next = Ask for fewer days, or for the statutory extension (within statutory).
refusal-case-not_upward = Only an upward case goes to the superior body.
refusal-case-not_upward-next = Change its kind first, or decide here.
refusal-case-no_authority = No authorisation in force covers deciding on { $item }.
refusal-case-no_authority-next = Ask somebody who may: { $allowed }.
refusal-case-no_seal = The department { $department } has no such seal in use.
refusal-case-no_seal-next = Name a seal of the department.
refusal-case-no_reason = A decision against the applicant needs its reason and the remedy.
refusal-case-no_reason-next = Give reason and remedy.
refusal-case-default_not_allowed = { $item } does not allow a default.
refusal-case-default_not_allowed-next = Have the department decide.
refusal-case-default_branch = A joint or upward case as a whole has no default.
refusal-case-default_branch-next = Confirm the default of the branch that is late.
refusal-case-default_extended = An extension notice is on file; there is no default.
refusal-case-default_extended-next = Have the department decide.
refusal-case-not_overdue = It is due on { $due_on }; that day has not passed.
refusal-case-not_overdue-next = Wait until the day is over.
refusal-case-papers_owed = Promised papers are still owed: { $missing }.
refusal-case-papers_owed-next = Take them before the certificate leaves.
refusal-branch-case_ended = The case { $case } has ended.
refusal-branch-case_ended-next = Nothing is needed any more.
refusal-branch-none = The case { $case } has no branches.
refusal-branch-none-next = Change its kind to joint first.
refusal-branch-open = The opinions of { $departments } are still open.
refusal-branch-open-next = Wait for them, or have their default confirmed.
refusal-branch-refused = { $departments } refused; the lead cannot say yes over them.
refusal-branch-refused-next = Decide no, with the merged reasons.
refusal-branch-no_reason = It needs a reason.
refusal-branch-no_reason-next = Give the reason.
refusal-branch-unsigned = The department has not signed for the notice; nothing can be held against it.
refusal-branch-unsigned-next = Have the notice signed for, or tell the director.
refusal-branch-default_stands = The default stands as consent.
refusal-branch-default_stands-next = Put the opinion that is owed on record with late_opinion.
refusal-branch-nothing_owed = The opinion that was owed is on record already.
refusal-branch-nothing_owed-next = Nothing is left to do.
refusal-branch-no_meeting = No survey or meeting was called.
refusal-branch-no_meeting-next = Call one with the copy notice, or record a refusal to take part.
refusal-branch-meeting_ahead = The meeting is on { $meeting_on }.
refusal-branch-meeting_ahead-next = Wait for it.
refusal-branch-told_late = The department was told on { $told_on } of a meeting on { $meeting_on }: less than two working days before.
refusal-branch-told_late-next = Put the meeting off and tell it in time.
refusal-branch-moved_once = The meeting was put off once already.
refusal-branch-moved_once-next = Record the absence, or take the opinion.

## calendar and due dates

due-on = due { $date }
due-stopped = paused, no due date
due-sum = accepted { $date } + { $count ->
    [one] { $count } working day
   *[other] { $count } working days
}
due-sum-extension = {" "}+ extension { $count }
due-sum-paused = , { $count ->
    [one] { $count } working day
   *[other] { $count } working days
} paused and not counted
due-left = { $count ->
    [one] { $count } working day
   *[other] { $count } working days
} left from { $today }
due-left-today = due today ({ $today })
due-left-stopped = { $count ->
    [one] { $count } working day
   *[other] { $count } working days
} left once resumed
due-overdue = overdue by { $count ->
    [one] { $count } working day
   *[other] { $count } working days
} on { $today }
due-provisional = provisional: the holidays of { $years } are not yet published; it is worked out anew when they are
due-step-accepted = accepted, not counted
due-step-working_day = working day
due-step-make_up_day = make-up working day
due-step-weekend = weekend
due-step-holiday = holiday
due-step-paused = paused
due-weekday-1 = Mon
due-weekday-2 = Tue
due-weekday-3 = Wed
due-weekday-4 = Thu
due-weekday-5 = Fri
due-weekday-6 = Sat
due-weekday-7 = Sun
due-fault-moment = { $field }: '{ $text }' is not a date (2026-03-02) or a time (2026-03-02T09:30:00+08:00; without an offset: hall time)
due-fault-date = { $date } lies outside 1900-01-01 to 2299-12-31
due-fault-count = counting from { $date } leaves 1900-01-01 to 2299-12-31
due-fault-limit = { $count } working days are more than the longest limit, 10000
due-fault-pause-form = the pause '{ $text }' must be A..B, or A.. for an open one
due-fault-pause-order = the pause ends on { $to }, before it begins on { $from }
due-fault-file = { $path }: { $error }

## documents and numbers

id-kind-resident_id = resident ID
id-kind-uscc = unified social credit code
id-kind-unknown = not recognised
id-valid = valid
id-fault-length = invalid: must have 18 characters
id-fault-alphabet = invalid: a character that cannot stand there
id-fault-date = invalid: the date of birth does not exist
id-fault-future = invalid: the date of birth lies in the future
id-fault-check = invalid: the check character does not fit
id-fault-check-uscc = the check character does not fit: compare with the original; intake warns and goes on
id-fault-authority = invalid: nobody registers under the first two characters

## search

find-none = nothing found for '{ $text }'
find-fault-read = { $path }: { $error }
find-fault-encoding = { $path }:{ $line }: not UTF-8; save the file as CSV UTF-8
find-fault-no-name = { $path }:1: the header has no column 'name'

## import and hall folders

fault-file-unknown = no hall folder has a file of this name. Take it out, or give it the name of a table.
fault-file-missing = the file is missing. Add it, with its header line at least.
fault-file-unreadable = the file cannot be read: { $reason }. Check that it is there and that you may read it.
fault-file-too-large = the file has more than { $max } bytes. Check that it is the right file.
fault-not-utf8 = this byte is not UTF-8. Save the file again as 'CSV UTF-8'.
fault-quote-open = the quotation mark that opens here is never closed. Close it; inside a quoted field write it twice.
fault-quote-stray = a quotation mark stands inside a field. Quote the whole field and write the mark twice.
fault-column-unknown = the table has no column '{ $column }'. Its columns are: { $known }.
fault-column-missing = the column '{ $column }' is missing. Add it to the header line.
fault-column-twice = the column '{ $column }' is there twice. Take one out.
fault-column-place = the column '{ $column }' must be number { $place }. Move it there.
fault-row-width = the row has { $found } fields, the header { $expected }. Look for a missing or an unquoted comma.
fault-row-too-long = the row has more than { $max } bytes. Shorten its texts, or split it into two rows.
fault-cell-empty = '{ $column }' is empty. Fill it in.
fault-bad-code = '{ $value }' is not a code. Use up to 32 letters a-z A-Z, digits, '-', '_' and '.'.
fault-code-twice = '{ $value }' is already the code of line { $line }. Give this row another one.
fault-bad-number = '{ $value }' is not a whole number from { $min } to { $max }. Enter one.
fault-bad-date = '{ $value }' is not a date. Write it as 2026-03-02.
fault-bad-flag = '{ $value }' is neither 1 nor 0. Enter 1 for yes, 0 for no.
fault-bad-word = '{ $value }' is not known here. Enter one of: { $expected }.
fault-list-twice = '{ $value }' is in the list twice. Take one out.
fault-reference-unknown = '{ $value }' is not in { $table }. Add it there, or correct it here.
fault-prefix-form = '{ $value }' is not a ticket prefix. Use one or two capital letters A to Z.
fault-prefix-reserved = the prefix { $value } is kept for green-channel (G), booked (Y) and proxy (D) tickets. Choose another.
fault-prefix-twice = { $value } is already the prefix of line { $line }: two people would hold the same number. Choose another.
fault-post-without-person = a first-question post needs the person responsible for it. Enter a staff code.
fault-login-twice = the login '{ $value }' already belongs to line { $line }. Give each person one, or list it in shared_logins.
fault-bad-pin = this is not the argon2 hash of a PIN. Leave it empty and let the person set a PIN.
fault-chief-rep-missing = { $value } has a window but no chief representative. Give one of its staff the role chief_rep.
fault-director-missing = nobody has the role director. Give it to the head of the centre.
fault-promise-above-70 = a promise of { $value } is more than 70 % of { $statutory }. Enter { $max } or less.
fault-instant-with-days = an instant item has no days to wait. Enter 0, or choose another kind.
fault-promise-zero = a promise of 0 is an instant item. Enter at least 1, or choose the kind instant.
fault-branches-missing = a joint item needs at least one other department. List them in 'branches'.
fault-branches-unwanted = only joint items have branches. Empty the field, or choose the kind joint.
fault-branch-is-lead = { $value } leads this item and cannot be its own branch. Take it out of the list.
fault-default-unsafe = an item of safety, security or health is never decided by default. Enter 0.
fault-vague-material = '{ $value }' does not say what to bring. Name each paper.
fault-holder-cannot-decide = { $value } is neither clerk, chief_rep nor dept_leader and may decide nothing. Name another holder.
fault-dates-reversed = { $to } is before { $from }. Correct one of the two dates.
fault-toml-syntax = { $reason }. Correct the line.
fault-key-unknown = there is no setting '{ $key }'. Known here: { $known }.
fault-key-missing = the setting '{ $key }' is missing. Add it.
fault-bad-value = '{ $key }' must be { $expected }. Correct the value.
fault-hours-order = the hours must follow one another: open, lunch_from, lunch_to, close. Correct them.
fault-calendar-year = { $value } is not in { $year }. Move it to the file of its year.
fault-year-out-of-range = { $value } is too far from today to be reckoned with. Correct the year.
fault-text-too-long = the text has more than { $max } characters. Shorten it.
fault-date-twice = { $value } is already in line { $line }. Take one out.
fault-make-up-on-weekday = { $value } is a working day already, a make-up day falls on a weekend. Check the notice.
warning-calendar-none = no year of the working calendar is published: every due date is provisional. Add calendar/YYYY.csv.
warning-calendar-short = the holidays of { $year } are not published here: due dates in it are provisional. Add calendar/{ $year }.csv once the notice is out.
warning-calendar-gap = the holidays of { $year } are missing between published years: due dates in it are provisional. Add calendar/{ $year }.csv.
warning-legacy-power = non_permit_approval was abolished as a category. Choose the kind of power that the item has now.
warning-undisclosed = items without their basis, procedure or fee: { $count }, first { $first }; they cannot be published. Fill in the six disclosures.
warning-no-materials = items without a material list: { $count }, first { $first }. Add their lines to materials.csv.
warning-queue-unserved = no window serves the queue { $value }: its tickets would wait for ever. Add it to a window.

## store and recovery

## engine and host

## wire and client

## command line

cli-at-without-hall = --at is for a training hall; use --now here

## doctor and permissions

## paper

## rehearsal

## console: actions

action-back = back
action-help = help
action-redraw = redraw
action-quit = quit
action-command-line = command
action-messages = messages
action-refresh = refresh
action-page-window = window page
action-page-enquiry = first questions
action-page-cases = cases page
action-page-errands = errands page
action-page-inspection = inspection
action-page-next = next page
action-page-previous = previous page
action-up = up
action-down = down
action-page-up = page up
action-page-down = page down
action-half-up = half up
action-half-down = half down
action-top = first row
action-bottom = last row
action-open = open
action-mark-all = tick all
action-mark = mark
action-filter = filter
action-scope = scope
action-detail-up = detail up
action-detail-down = detail down
action-window-call = call
action-window-recall = recall
action-window-start = start
action-window-finish = finish
action-window-miss = missed
action-window-hold = hold
action-window-transfer = transfer
action-window-pause = pause
action-window-finish-and-call = finish and call
action-window-resume = resume held
action-window-pick = pick
action-window-restore = restore
action-window-abandon = abandon
action-window-cancel = cancel ticket
action-window-issue = issue ticket
action-window-sign-on = sign on
action-window-sign-off = sign off
action-window-enquiry = enquiry
action-window-case = receive case
action-window-proxy = proxy order
action-enquiry-open = open
action-enquiry-answer = answer
action-enquiry-forward = forward
action-enquiry-take = take
action-enquiry-give-back = give back
action-enquiry-reply = reply
action-enquiry-confirm = satisfied
action-enquiry-reject-reply = not satisfied
action-enquiry-unreachable = unreachable
action-enquiry-close = director closes
action-enquiry-case = to case
action-case-receive = receive
action-case-precheck = pre-check
action-case-classify = classify
action-case-accept = accept
action-case-notify-once = notice
action-case-supply = supply
action-case-grant-time = more time
action-case-refuse = refuse
action-case-pause = pause
action-case-resume = resume
action-case-extend = extend
action-case-submit-up = submit up
action-case-decide = decide
action-case-deliver = deliver
action-case-withdraw = withdraw
action-case-review = review
action-case-default-confirm = confirm default
action-case-explain = explain limit
action-case-due = what is due
action-case-proxy = proxy order
action-branch-notify = copy notice
action-branch-sign = sign notice
action-branch-opinion = opinion
action-proposal-approve = approve
action-proposal-reject = reject
action-proxy-open = open
action-proxy-accept = accept
action-proxy-assign = assign
action-proxy-take = take
action-proxy-leg = leg
action-proxy-submit = submit
action-proxy-result = result
action-proxy-reply = reply
action-proxy-complete = complete
action-proxy-suspend = suspend
action-proxy-resume = resume
action-proxy-withdraw = withdraw
action-proxy-unable = unable
action-proxy-follow-up = follow up
action-custody-receive = take in papers
action-custody-offer = hand over papers
action-custody-take = accept papers
action-custody-archive = dept keeps
action-custody-return = return papers
action-round-open = begin round
action-round-see = seen
action-round-close = end round
action-finding-raise = raise
action-finding-confirm = confirm
action-finding-drop = drop
action-finding-fix-on-spot = fixed on spot
action-finding-notify = notify
action-finding-statement = statement
action-finding-reply = reply
action-finding-set-due = set due
action-finding-recheck-ok = in order
action-finding-recheck-fail = still wrong
action-finding-appeal = appeal
action-finding-appeal-upheld = appeal upheld
action-finding-appeal-rejected = appeal rejected
action-form-next = next field
action-form-previous = previous field
action-form-submit = submit
action-form-done = done
action-note-new-line = new line
action-choice-next = next choice
action-choice-previous = previous choice
action-cursor-left = left
action-cursor-right = right
action-cursor-word-left = word left
action-cursor-word-right = word right
action-cursor-start = line start
action-cursor-end = line end
action-delete-back = delete back
action-delete-forward = delete
action-delete-word = delete word
action-delete-to-start = delete to start
action-delete-to-end = delete to end
action-complete = complete
action-confirm-yes = yes
action-confirm-no = no

## console: keymap

keymap-fault-shape = not a keymap: { $detail }
keymap-fault-context = no section is called [{ $name }]
keymap-fault-action = no action is called { $name }
keymap-fault-keys = the keys cannot be read: { $detail }
keymap-fault-not-offered = the action { $action } cannot be used in [{ $context }]
keymap-fault-bare = text is typed in [{ $context }], so { $keys } cannot be bound there
keymap-fault-conflict = { $keys } collides with { $action } at { $place }
keymap-fault-nothing = { $keys } is not bound, there is nothing to take away
keys-file = your own keymap: { $path }

## console: forms

form-required = must be filled
form-not-a-date = write a date as 2026-11-23, 20261123 or 11-23
form-not-a-number = write a whole number
form-pick-one = pick one from the list
form-sent = sent, waiting for the answer…
form-text-cut = too long: the end of it did not go in
draft-kept = kept as a draft; open it again to go on
draft-restored = your draft is back

## console: pages

## command line: joining a hall, init, verify, doctor
cli-no-folder = there is no data folder; name one with --hall DIR or BANSHI_HALL
cli-no-hall = { $folder } holds no hall; run banshi init FOLDER first, or name another with --hall; banshi demo shows one
cli-locked = { $folder } is held by { $holder }; work in that terminal, or leave it and try again
cli-rebuilt = the last stop was unclean; the records differed from the journal in { $count } places and were made again
cli-replaying = reading the journal { $seq }/{ $of }
init-faults = { $count } faults, nothing was written; correct them and run it again
init-at-needs-training = --at is for training halls; add --training
init-done = founded { $name }: { $departments } departments, { $windows } windows, { $staff } staff, { $items } items; { $seq } journal entries in { $folder }
demo-no-hall = There is no example hall { $name }; choose one of: { $names }
demo-no-day = The example hall publishes no calendar for that day or the years before it
demo-head = { $name } (training) { $at }
demo-windows = Windows: { $on } signed on, { $serving } serving, { $paused } paused, { $closed } closed
demo-tickets = Tickets: { $issued } issued, { $done } done, { $waiting } waiting, { $missed } missed
demo-queue =   { $queue }: { $waiting } waiting, { $minutes } minutes at most, { $windows } windows calling
demo-cases = Cases: { $open } open; { $green } green, { $amber } amber, { $red } red, { $overdue } overdue, { $stopped } paused
demo-work = Besides: { $enquiries } enquiries, { $errands } errands, { $findings } findings, { $proposals } proposals
demo-clerk = You are { $name } ({ $code }); --as picks somebody else
verify-chain = the journal is whole: { $entries } entries in { $groups } writes, head { $hash }
verify-records = the records agree with the journal: { $count }
verify-differs = the records differ from the journal; run banshi rebuild to make them again
rebuild-done = the records were made again, up to entry { $seq }
doctor-term = terminal { $value }
doctor-term-none = terminal { $value } cannot show the console; set TERM, for instance TERM=xterm-256color
doctor-no-color = NO_COLOR is set: words and symbols stand for colours
doctor-utf8 = character set { $value }
doctor-not-utf8 = the locale '{ $value }' is not UTF-8, Chinese may look wrong; set LANG=zh_CN.UTF-8
doctor-size = window { $value }
doctor-small = the window has only { $value }; 80x24 is comfortable, 60x20 the least
doctor-no-hall = { $value } holds no hall; banshi init makes one, banshi demo shows one
doctor-locked = the hall is held by { $value }
doctor-hall-bad = the hall cannot be opened: { $value }
doctor-hall = hall { $name }, { $seq } journal entries, in { $folder }
doctor-repaired = repaired while opening: { $value }
doctor-training = a training hall: times may be given with --at, papers say so
doctor-calendar = the working calendar is published up to { $value }
doctor-calendar-short = the working calendar ends with { $value }; due dates beyond are provisional, import the next year soon
doctor-calendar-none = there is no working calendar
tab-window = Window
tab-enquiry = First questions
tab-cases = Cases
tab-errands = Errands
tab-inspection = Inspection
connection-down = the hall cannot be reached; trying again, nothing typed is lost
keys-dropped = The last keys were not carried out
connection-down-short = offline
connection-up = connected again
reading-only = this console only looks; nothing was done
refusal-with-rule = { $text } ({ $rule })
quit-question = There is unfinished work. Leave all the same?
quit-drafts = { $count } drafts will not be kept
help-title = Keys
context-always = Anywhere
context-global = Every page
context-list = Lists
context-window = Window
context-enquiry = First questions
context-cases = Cases
context-errands = Errands
context-inspection = Inspection
context-form = Forms
context-field = Typing
context-line = Lines of text
context-note = Notes
context-choice = Choices
context-checklist = Checklist
context-picker = Picking
context-command-line = Command line
context-filter = Filter
context-reader = Reading
context-confirm = Questions
filter-line = filter:
list-empty = (nothing)

# Refusals: windows.

# Refusals: tickets.

# Refusals: enquiries.

# Refusals: cases.

# Refusals: branches.

# Refusals: rounds and findings.
refusal-round-under_way = Your round { $round } is still under way.
refusal-round-under_way-next = Close it first.
refusal-finding-appeal_late = An appeal was possible until { $until }.
refusal-finding-appeal_late-next = Answer the finding; the director hears what the statement says.

# Refusals: proxy orders and papers in custody.
refusal-proxy-not_allowed = The law wants applicants for '{ $item }' in person; it cannot be carried by proxy.
refusal-proxy-not_allowed-next = Offer help or company instead (mode help, accompany), or a home visit.
refusal-proxy-not_signed = The order form of { $order } is not signed; no work starts before.
refusal-proxy-not_signed-next = Read rights, duties and limit aloud, let the client sign, then accept with signed: true.
refusal-proxy-day_off = { $date } is no working day; ordinary orders are accepted on working days.
refusal-proxy-day_off-next = Accept it on the next working day, or open it as urgent with a deadline.
refusal-proxy-promise = { $promised } cannot be promised; the items' committed limits end on { $latest }.
refusal-proxy-promise-next = Promise a date up to { $latest }.
refusal-proxy-not_agent = { $staff } is no agent.
refusal-proxy-not_agent-next = Name a member of staff with the role agent.
refusal-proxy-visit_alone = Order { $order } is a home visit; nobody goes alone.
refusal-proxy-visit_alone-next = Name in companion who goes along.
refusal-custody-held = { $paper } is still with { $holder }.
refusal-custody-held-next = Hand it over or return it to the client first.
refusal-custody-not_holder = { $paper } is with { $holder }; only the holder gives it away.
refusal-custody-not_holder-next = Let { $holder } offer it.
refusal-custody-not_offered = { $paper } is not offered to you.
refusal-custody-not_offered-next = Let the holder offer it to you first; both sides sign.

# Refusals: persons.
refusal-person-erased = The data of the person concerned were erased; nothing more can be written about them.
refusal-person-erased-next = Record the person anew, if they come again.

## command line: the console
console-no-terminal = this terminal (TERM) cannot show the console; set TERM, for instance TERM=xterm-256color, or use banshi call
