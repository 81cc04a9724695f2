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
refusal-clock-backwards-next = Put the clock right, or let an administrator confirm it.
refusal-hall-not_training = A time can be given in a training hall only.
refusal-hall-not_training-next = Leave out --at, or make a hall with init --training.

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
action-finding-publish = publish
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
