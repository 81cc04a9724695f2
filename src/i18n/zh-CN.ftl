### 办事：中文文字。与 en.ftl 的键和参数逐一对应。
### 每一层在自己的小节末尾添加，两个文件同时添加。

## common

app-name = 办事
yes = 是
no = 否
none = 无
unknown = 未知
minutes-short = { $count } 分
working-days = { $count } 个工作日
natural-days = { $count } 天

## terms: tickets, windows

ticket-state-waiting = 等候
ticket-state-called = 已叫号
ticket-state-serving = 办理中
ticket-state-held = 挂起
ticket-state-missed = 过号
ticket-state-done = 已办结
ticket-state-abandoned = 弃号
ticket-state-cancelled = 已取消
ticket-state-expired = 过期
priority-green_channel = 绿色通道
priority-courtesy = 优待
priority-booked = 预约
priority-ordinary = 普通
window-state-open = 空闲
window-state-serving = 办理中
window-state-paused = 暂停服务
window-state-closed = 未开
window-state-lost = 失联

## terms: enquiries

enquiry-state-open = 登记
enquiry-state-forwarded = 转办
enquiry-state-replied = 已答复
enquiry-state-linked = 转办件
enquiry-state-closed_satisfied = 满意办结
enquiry-state-closed_unreachable = 联系不上办结
enquiry-state-closed_by_director = 主任办结

## terms: cases and branches

case-state-precheck = 预审
case-state-received = 收件
case-state-supplement = 补办
case-state-accepted = 在办
case-state-paused = 特别程序
case-state-wait_superior = 待上级
case-state-decided_ok = 准予
case-state-decided_no = 不予
case-state-returned = 退回
case-state-not_accepted = 不予受理
case-state-delivered = 已送达
case-state-withdrawn = 已撤回
case-kind-instant = 即办件
case-kind-promised = 承诺件
case-kind-joint = 联办件
case-kind-joint_major = 重大件
case-kind-upward = 上报件
case-kind-controlled = 控制件
case-kind-special = 特别件
case-kind-supplement = 补办件
case-kind-returned = 退回件
lamp-green = 正常
lamp-amber = 临期
lamp-red = 紧急
lamp-overdue = 超期
lamp-paused = 停计
branch-state-planned = 拟办
branch-state-notified = 已抄告
branch-state-signed = 在办
branch-state-paused = 特别程序
branch-state-absent = 缺席
branch-state-overdue = 超时
branch-state-defaulted = 默认
branch-state-consented = 同意
branch-state-refused = 不同意
branch-state-not_needed = 无需办理

## terms: proxy orders

proxy-state-requested = 申请
proxy-state-accepted = 受理
proxy-state-assigned = 已指派
proxy-state-underway = 承办
proxy-state-suspended = 中止
proxy-state-result = 有结果
proxy-state-replied = 已回复
proxy-state-completed = 办结
proxy-state-followed_up = 已回访
proxy-state-closed_unable = 无法代办
proxy-state-closed_withdrawn = 委托撤回
proxy-state-terminated = 终止

## terms: inspection

finding-state-candidate = 待核实
finding-state-open = 已发现
finding-state-notified = 已告知
finding-state-rectifying = 整改
finding-state-appealed = 申诉
finding-state-verified = 销号
finding-state-reminded = 当场提醒
finding-state-dropped = 不予认定
finding-state-cancelled = 撤销
finding-state-published = 已通报

## terms: roles

role-clerk = 窗口工作人员
role-chief_rep = 首席代表
role-usher = 导办员
role-agent = 代办员
role-inspector = 督查科巡查员
role-director = 中心主任
role-dept_leader = 带班领导
role-discipline = 纪委行政投诉办
role-admin = 系统管理员
role-public = 公众
role-hall = 大厅

## refusals (key: refusal- and the code with its dots as hyphens)

refusal-unknown = 未能办理：{ $code }
refusal-record-not_found = 没有这条{ $noun }记录：{ $id }。
refusal-record-not_found-next = 请核对编号，或先列出现有的记录。
refusal-permission-denied = { $role }不能办理：{ $verb }。
refusal-permission-denied-next = 请有权的人办理：{ $allowed }。
refusal-permission-not_yours = 这件事由{ $owner }负责，只有本人或本部门首席代表可以办理。
refusal-permission-not_yours-next = 请先移交，或在所属窗口签到后再办。
refusal-permission-four_eyes = 谁也不能批准、决定或复核自己提出的、关于自己的事。
refusal-permission-four_eyes-next = 请由另一人办理。
refusal-state-refused = { $noun } { $id } 现为“{ $state }”，不能{ $verb }。
refusal-state-refused-next = 现在可以：{ $allowed }。
refusal-value-refused = { $field }：{ $reason }。
refusal-value-refused-next = 请改正这一项后再提交。
refusal-system-off = 本大厅未启用“{ $system }”制度。
refusal-system-off-next = 可由中心主任在制度库中启用。
refusal-request-reused = 这个请求编号已用于另一件事。
refusal-request-reused-next = 请用新的请求编号再提交。
refusal-clock-backwards = 时钟显示 { $at }，早于最后一条记录 { $head }。
refusal-clock-backwards-next = 演练大厅请给更晚的 --at；正式大厅请校正时钟。
refusal-hall-not_training = 只有演练大厅才能指定时间。
refusal-hall-not_training-next = 请去掉 --at，或用 init --training 建一个演练大厅。
refusal-window-closed = 窗口 { $window } 无人上岗。
refusal-window-closed-next = 请先在该窗口上岗。
refusal-window-paused = 窗口 { $window } 暂停服务（{ $reason }）。
refusal-window-paused-next = 请先恢复服务。
refusal-window-taken = { $staff } 正在窗口 { $window } 上岗。
refusal-window-taken-next = 请换一个窗口，或由 { $staff } 先离岗。
refusal-window-elsewhere = { $staff } 已在窗口 { $window } 上岗。
refusal-window-elsewhere-next = 请先在那里离岗。
refusal-window-untrained = { $staff } 尚未经岗前培训。
refusal-window-untrained-next = 请由已培训人员在窗口 { $window } 上岗，或在人员表中登记培训日期。
refusal-window-unskilled = { $staff } 未受训办理窗口 { $window } 的任何业务。
refusal-window-unskilled-next = 请到与人员表所列技能相符的窗口上岗。
refusal-window-not_posted = { $staff } 未派驻窗口 { $window }。
refusal-window-not_posted-next = 由该部门的窗口人员、首席代表，或具备该窗口业务技能的人员上岗。
refusal-window-reason_missing = 暂停服务须说明原因。
refusal-window-reason_missing-next = 请选其一：{ $allowed }。
refusal-window-busy = 窗口 { $window } 手上还有 { $ticket } 号。
refusal-window-busy-next = 请先办结、挂起、转移或过号。
refusal-ticket-issuing_stopped = 今日已于 { $stops } 停止取号。
refusal-ticket-issuing_stopped-next = 请下一工作日再来。
refusal-ticket-ordinary_only = 自助取号只取普通号。
refusal-ticket-ordinary_only-next = 优先号请找门口导办员。
refusal-ticket-not_client = 代办员只为自己承办的委托人取号。
refusal-ticket-not_client-next = 请先登记或接办委托，或不填来访人。
refusal-ticket-ground_missing = 优先号须注明依据。
refusal-ticket-ground_missing-next = 请选其一：elderly 老年、disabled 残疾、pregnant 孕妇、with_infant 携婴幼儿、military 现役军人、military_family 军人家属、veteran 退役军人。
refusal-ticket-ground_mismatch = 该依据对应 { $right }，不是 { $priority }。
refusal-ticket-ground_mismatch-next = 不必填优先类别，由依据确定。
refusal-ticket-no_booking = 预约号须有预约，本次未指明。
refusal-ticket-no_booking-next = 请取普通号。
refusal-ticket-taken = { $ticket } 号已在窗口 { $window }（{ $state }）。
refusal-ticket-taken-next = 请叫下一号。
refusal-ticket-queue_not_served = 窗口 { $window } 不办理队列 { $queue }。
refusal-ticket-queue_not_served-next = 请把票号转到该窗口办理的队列。
refusal-ticket-recall_too_soon = { $ticket } 号距上次呼叫不足 { $gap } 秒。
refusal-ticket-recall_too_soon-next = 请 { $seconds } 秒后再呼。
refusal-ticket-calls_used = { $ticket } 号已呼叫 { $calls } 次，不能再呼。
refusal-ticket-calls_used-next = 请作过号；当日可恢复一次。
refusal-ticket-calls_left = { $ticket } 号只呼叫了 { $calls } 次。
refusal-ticket-calls_left-next = 再呼 { $left } 次无人应答方可过号。
refusal-ticket-held_max = 窗口 { $window } 已挂起 { $held } 个号，不能再挂。
refusal-ticket-held_max-next = 请先取回其一，或转移本号。
refusal-ticket-restored_before = { $ticket } 号恢复过一次后再次过号。
refusal-ticket-restored_before-next = 请重新取号。
refusal-ticket-other_day = { $ticket } 号是 { $on } 的。
refusal-ticket-other_day-next = 请重新取号。
refusal-ticket-abandon_waiting = { $ticket } 号在等候；等候中的号只能由中心主任在下班时批量弃号。
refusal-ticket-abandon_waiting-next = 请先叫号；申请人可以自行取消。
refusal-ticket-before_close = 大厅办公至 { $close }，等候的人应予办理。
refusal-ticket-before_close-next = 请在 { $close } 之后再批量弃号。
refusal-ticket-nowhere = { $ticket } 号已在该处，或未指明去处。
refusal-ticket-nowhere-next = 请指明另一队列或窗口。
refusal-ticket-reason_missing = { $ticket } 号未产生任何事项，也未说明原因。
refusal-ticket-reason_missing-next = 请填写原因，或先登记首问、收件或代办。
refusal-ticket-outcome_differs = 本次不能记为 { $outcome }：按已登记的事项应为 { $told }。
refusal-ticket-outcome_differs-next = 不填结果，或在 refs 中指明所办事项。
refusal-ticket-not_serving = { $ticket } 号为 { $state }；只有办理中的号才能登记事项。
refusal-ticket-not_serving-next = 请先叫号并开始办理，或不填票号。
refusal-enquiry-words_missing = { $field } 为空，须如实登记。
refusal-enquiry-words_missing-next = 请填写后再提交。
refusal-enquiry-forward_nowhere = 未指明转给谁。
refusal-enquiry-forward_nowhere-next = 请指明部门或承办人。
refusal-enquiry-has_it = 首问 { $enquiry } 已由 { $staff } 负责。
refusal-enquiry-has_it-next = 请指明他人。
refusal-enquiry-other_department = { $staff } 不属于部门 { $department }。
refusal-enquiry-other_department-next = 只填部门或只填承办人。
refusal-enquiry-cannot_handle = { $staff } 不承担答复职责。
refusal-enquiry-cannot_handle-next = 请指明窗口人员、导办员、代办员或首席代表。
refusal-enquiry-taken = 首问 { $enquiry } 已由 { $staff } 接收。
refusal-enquiry-taken-next = 由其承办；首问责任人可以另行转办。
refusal-enquiry-give_back_late = 首问 { $enquiry } 转来已超过 { $hours } 小时。
refusal-enquiry-give_back_late-next = 请答复，或转给应承办的岗位。
refusal-enquiry-out_of_scope = 首问 { $enquiry } 不属首问责任人职责范围。
refusal-enquiry-out_of_scope-next = 请转办；属中心以外的，在 outside 中写明去处和电话。
refusal-enquiry-directors = 首问 { $enquiry } 的答复两次未获认可，现由中心主任处理。
refusal-enquiry-directors-next = 由中心主任答复、转办或办结。
refusal-enquiry-not_confirmed = 没有首问 { $enquiry } 来访人满意的凭据。
refusal-enquiry-not_confirmed-next = 请注明确认方式：in_person 当面、signature 签字、phone 电话、message 短信；或记录联系不上。
refusal-enquiry-same_day = 首问 { $enquiry } 在 { $on } 已有一次联系记录。
refusal-enquiry-same_day-next = 请在另一工作日再联系。
refusal-enquiry-day_off = { $on } 不是工作日；联系来访人以工作日计。
refusal-enquiry-day_off-next = 请在工作日联系。
refusal-enquiry-not_replied = 首问 { $enquiry } 尚无答复记录。
refusal-enquiry-not_replied-next = 请先登记答复。
refusal-case-agent_needs_order = 代办员只能凭代办单为委托人递交材料。
refusal-case-agent_needs_order-next = 请写明代办单。
refusal-case-unlisted_material = 事项材料清单中没有“{ $material }”，只能要求清单所列的材料。
refusal-case-unlisted_material-next = 请去掉这项材料，或先修改清单。
refusal-case-incomplete = 材料还缺：{ $missing }。
refusal-case-incomplete-next = 请出具一次性告知，或收取材料；可容缺的材料可以书面承诺补交（promise_on）。
refusal-case-nothing_missing = 材料不缺，也没有写明缺陷。
refusal-case-nothing_missing-next = 请受理，或写明哪里不合要求、怎样改正。
refusal-case-notice_once = 首次告知时就能看出：{ $materials }。
refusal-case-notice_once-next = 请照现有材料办理；首席代表可以说明理由强行告知，并列入巡查问题。
refusal-case-time_once = 补正期限已经延长过一次。
refusal-case-time_once-next = 请按期补正，或重新申请。
refusal-case-not_owed = “{ $material }”不在承诺补交的材料之中。
refusal-case-not_owed-next = 请只收承诺补交的材料。
refusal-case-missing_no_ground = 缺材料不能作为不予受理的理由。
refusal-case-missing_no_ground-next = 请出具一次性告知。
refusal-case-ground_too_late = 一次性告知之后，只能以政策理由退回。
refusal-case-ground_too_late-next = 请选择 against_policy 或 survey_failed，或等待补正。
refusal-case-kind_fixed = 办件类型在受理时已定，不能由 { $from } 改为 { $to }。
refusal-case-kind_fixed-next = 承诺件可以改为联办件或上报件；即办件只能在当日下班前改为承诺件。
refusal-case-pause_kind = { $kind } 不能中止计时。
refusal-case-pause_kind-next = 只有这些可以：{ $allowed }。
refusal-case-pause_overlap = 两次中止不能重叠。
refusal-case-pause_overlap-next = 请先恢复正在中止的一次。
refusal-case-extend_late = 期限 { $due_on } 已过，逾期后不能再延期。
refusal-case-extend_late-next = 请尽快作出决定，本件已经超期。
refusal-case-extend_once = 法定期限已经延长过一次。
refusal-case-extend_once-next = 请在期限内作出决定。
refusal-case-extend_too_long = 最多延长 { $most } 个工作日。
refusal-case-extend_too_long-next = 请减少延长的天数。
refusal-case-approval_number = 联办件延长法定期限须有政府负责人的批准文号。
refusal-case-approval_number-next = 请写明 approval_no。
refusal-case-beyond_statutory = 新期限 { $due_on } 超过法定期限 { $statutory_on }。
refusal-case-beyond_statutory-next = 请减少天数，或申请延长法定期限（within statutory）。
refusal-case-not_upward = 只有上报件可以报送上级机关。
refusal-case-not_upward-next = 请先改变类型，或就地决定。
refusal-case-no_authority = 没有有效的授权可以决定“{ $item }”。
refusal-case-no_authority-next = 请有权的人办理：{ $allowed }。
refusal-case-no_seal = 部门 { $department } 没有这枚正在使用的印章。
refusal-case-no_seal-next = 请写明该部门的印章。
refusal-case-no_reason = 不予许可的决定必须写明理由和救济途径。
refusal-case-no_reason-next = 请写明理由（reason）和救济途径（remedy）。
refusal-case-default_not_allowed = “{ $item }”不适用默认制。
refusal-case-default_not_allowed-next = 请部门作出决定。
refusal-case-default_branch = 联办件、上报件整件不适用默认。
refusal-case-default_branch-next = 请确认超时分支的默认。
refusal-case-default_extended = 已有延期通知在案，不适用默认。
refusal-case-default_extended-next = 请部门作出决定。
refusal-case-not_overdue = 期限是 { $due_on }，当日尚未过完。
refusal-case-not_overdue-next = 请等到期限过后。
refusal-case-papers_owed = 承诺补交的材料还没有到：{ $missing }。
refusal-case-papers_owed-next = 请在证件交出之前收齐。
refusal-branch-case_ended = 办件 { $case } 已经结束。
refusal-branch-case_ended-next = 不必再办。
refusal-branch-none = 办件 { $case } 没有并联分支。
refusal-branch-none-next = 请先改为联办件。
refusal-branch-open = 还在等待 { $departments } 的意见。
refusal-branch-open-next = 请等待意见，或确认默认。
refusal-branch-refused = { $departments } 不同意，牵头部门不能准予。
refusal-branch-refused-next = 请综合各部门理由，作出不予决定。
refusal-branch-no_reason = 须写明理由。
refusal-branch-no_reason-next = 请写明理由。
refusal-branch-unsigned = 该部门没有签收抄告单，不能据此认定默认。
refusal-branch-unsigned-next = 请催促签收，或报告主任。
refusal-branch-default_stands = 默认视为同意，已经生效。
refusal-branch-default_stands-next = 请用 late_opinion 补记所欠的意见。
refusal-branch-nothing_owed = 所欠的意见已经补记。
refusal-branch-nothing_owed-next = 不必再办。
refusal-branch-no_meeting = 没有召集过勘查或会议。
refusal-branch-no_meeting-next = 请随抄告单召集，或记录拒绝参与。
refusal-branch-meeting_ahead = 会议定在 { $meeting_on }。
refusal-branch-meeting_ahead-next = 请等到会议之日。
refusal-branch-told_late = { $told_on } 才通知 { $meeting_on } 的会议，不足两个工作日。
refusal-branch-told_late-next = 请改期并提前通知。
refusal-branch-moved_once = 会议已经改期过一次。
refusal-branch-moved_once-next = 请记录缺席，或收取意见。

## calendar and due dates

due-on = 到期日 { $date }
due-stopped = 暂停中，没有到期日
due-sum = 受理 { $date } + { $count } 工作日
due-sum-extension = {" "}+ 延期 { $count }
due-sum-paused = ，暂停 { $count } 个工作日不计
due-left = 从 { $today } 起还剩 { $count } 个工作日
due-left-today = 今日（{ $today }）到期
due-left-stopped = 恢复后还剩 { $count } 个工作日
due-overdue = 到 { $today } 已超期 { $count } 个工作日
due-provisional = 暂定：{ $years } 年的放假安排尚未公布，公布后重新计算
due-step-accepted = 受理，当日不计
due-step-working_day = 工作日
due-step-make_up_day = 调休上班
due-step-weekend = 周末
due-step-holiday = 放假
due-step-paused = 暂停
due-weekday-1 = 周一
due-weekday-2 = 周二
due-weekday-3 = 周三
due-weekday-4 = 周四
due-weekday-5 = 周五
due-weekday-6 = 周六
due-weekday-7 = 周日
due-fault-moment = { $field }：“{ $text }”不是日期（如 2026-03-02）或时间（如 2026-03-02T09:30:00+08:00；不写时区按大厅时间）
due-fault-date = { $date } 超出可计算的范围（1900-01-01 至 2299-12-31）
due-fault-count = 从 { $date } 起计算，超出 1900-01-01 至 2299-12-31
due-fault-limit = { $count } 个工作日超过最长时限 10000
due-fault-pause-form = 暂停“{ $text }”应写作 A..B，未恢复的写作 A..
due-fault-pause-order = 暂停的结束日 { $to } 早于开始日 { $from }
due-fault-file = { $path }：{ $error }

## documents and numbers

id-kind-resident_id = 居民身份证
id-kind-uscc = 统一社会信用代码
id-kind-unknown = 无法识别
id-valid = 有效
id-fault-length = 无效：应为 18 位
id-fault-alphabet = 无效：有不允许的字符
id-fault-date = 无效：出生日期不存在
id-fault-future = 无效：出生日期在将来
id-fault-check = 无效：校验位不符
id-fault-check-uscc = 校验位不符：请核对证照原件，受理时只提示不拦截
id-fault-authority = 无效：没有这样的登记管理部门或机构类别

## search

find-none = 没有找到与“{ $text }”相符的事项
find-fault-read = { $path }：{ $error }
find-fault-encoding = { $path }:{ $line }：不是 UTF-8，请另存为“CSV UTF-8”
find-fault-no-name = { $path }:1：表头没有 name 这一列

## import and hall folders

fault-file-unknown = 大厅文件夹里没有叫这个名字的文件。请把它移走，或改成某张表的文件名。
fault-file-missing = 缺少这个文件。请补上，至少要有表头一行。
fault-file-unreadable = 文件读不出来：{ $reason }。请确认文件存在，并且您有权读取。
fault-file-too-large = 文件超过 { $max } 字节。请确认没有放错文件。
fault-not-utf8 = 从这个字节起不是 UTF-8。请用“CSV UTF-8”格式重新保存。
fault-quote-open = 这里的引号没有配对。请补上另一半；字段里面的引号要写两个。
fault-quote-stray = 字段中间有引号。请把整个字段用引号括起来，里面的引号写两个。
fault-column-unknown = 这张表没有“{ $column }”这一列。可用的列：{ $known }。
fault-column-missing = 缺少“{ $column }”这一列。请加到表头。
fault-column-twice = “{ $column }”这一列出现了两次。请去掉一列。
fault-column-place = “{ $column }”必须是第 { $place } 列。请移过去。
fault-row-width = 这一行有 { $found } 个字段，表头有 { $expected } 个。请检查是否少了逗号，或逗号没有用引号括起来。
fault-row-too-long = 这一行超过 { $max } 字节。请缩短文字，或分成两行。
fault-cell-empty = “{ $column }”是空的。请填写。
fault-bad-code = “{ $value }”不能用作编码。请用不超过 32 个的字母、数字、“-”“_”“.”。
fault-code-twice = “{ $value }”已经是第 { $line } 行的编码。请另编一个。
fault-bad-number = “{ $value }”不是 { $min } 到 { $max } 之间的整数。请改正。
fault-bad-date = “{ $value }”不是日期。请写成 2026-03-02 的样子。
fault-bad-flag = “{ $value }”既不是 1 也不是 0。是填 1，否填 0。
fault-bad-word = 这里不认识“{ $value }”。可以填：{ $expected }。
fault-list-twice = “{ $value }”在这一格里出现了两次。请去掉一个。
fault-reference-unknown = { $table } 里没有“{ $value }”。请在那里补上，或在这里改正。
fault-prefix-form = “{ $value }”不能用作取号字头。请用一个或两个大写字母。
fault-prefix-reserved = 字头 { $value } 已留给绿色通道（G）、预约（Y）和代办（D）。请换一个。
fault-prefix-twice = { $value } 已经是第 { $line } 行的字头，会有两个人拿到同一个号。请换一个。
fault-post-without-person = 首问责任岗必须有责任人。请填写人员编码。
fault-login-twice = 登录名“{ $value }”已经属于第 { $line } 行。请每人一个，或列入 shared_logins。
fault-bad-pin = 这不是口令的 argon2 摘要。请留空，由本人设置口令。
fault-chief-rep-missing = { $value } 设有窗口却没有首席代表。请给其中一名人员加上 chief_rep。
fault-director-missing = 没有人担任中心主任。请给负责人加上 director。
fault-promise-above-70 = 承诺时限 { $value } 超过法定时限 { $statutory } 的百分之七十。请填 { $max } 或更短。
fault-instant-with-days = 即办件不用等。请填 0，或改为其他类别。
fault-promise-zero = 承诺 0 天就是即办件。请至少填 1，或改为 instant。
fault-branches-missing = 联办件至少要有一个协办部门。请在 branches 中列出。
fault-branches-unwanted = 只有联办件才有协办部门。请清空，或改为 joint。
fault-branch-is-lead = { $value } 是牵头部门，不能同时是协办部门。请从中去掉。
fault-default-unsafe = 涉及安全、保密、生命健康的事项不得默认。请填 0。
fault-vague-material = “{ $value }”没有说清要带什么。请逐项写明材料名称。
fault-holder-cannot-decide = { $value } 不是窗口人员、首席代表或分管领导，不能作决定。请换一名持有人。
fault-dates-reversed = { $to } 早于 { $from }。请改正其中一个日期。
fault-toml-syntax = { $reason }。请改正这一行。
fault-key-unknown = 没有“{ $key }”这项设置。这里可用的有：{ $known }。
fault-key-missing = 缺少设置“{ $key }”。请补上。
fault-bad-value = “{ $key }”应为 { $expected }。请改正。
fault-hours-order = 时间要依次为 open、lunch_from、lunch_to、close。请改正。
fault-calendar-year = { $value } 不在 { $year } 年。请移到那一年的文件里。
fault-year-out-of-range = { $value } 离今天太远，无法推算。请改正年份。
fault-text-too-long = 文字超过 { $max } 个字。请缩短。
fault-date-twice = { $value } 在第 { $line } 行已经有了。请去掉一个。
fault-make-up-on-weekday = { $value } 本来就是工作日，调休上班应在周末。请核对通知。
warning-calendar-none = 一年的工作日历都没有公布，所有到期日都是暂定的。请补上 calendar/YYYY.csv。
warning-calendar-short = 这里还没有 { $year } 年的节假日，落在这一年的到期日是暂定的。通知公布后请补上 calendar/{ $year }.csv。
warning-calendar-gap = 已公布的年份之间缺少 { $year } 年，落在这一年的到期日是暂定的。请补上 calendar/{ $year }.csv。
warning-legacy-power = 非行政许可审批这一类别已经取消。请改为事项现在的权力类型。
warning-undisclosed = 依据、程序或收费没有填全的事项有 { $count } 项，第一项是 { $first }，不能公布。请补全六公开。
warning-no-materials = 没有材料清单的事项有 { $count } 项，第一项是 { $first }。请在 materials.csv 中补上。
warning-queue-unserved = 没有窗口办理队列 { $value }，取的号会一直等下去。请给某个窗口加上。

## store and recovery

## engine and host

## wire and client

## command line

cli-at-without-hall = --at 只用于演练大厅；这里请用 --now

## doctor and permissions

## paper

## rehearsal

## console: actions

action-back = 返回
action-help = 帮助
action-redraw = 重画屏幕
action-quit = 退出
action-command-line = 命令
action-messages = 消息记录
action-refresh = 刷新
action-page-window = 窗口页
action-page-enquiry = 首问页
action-page-cases = 办件页
action-page-errands = 代办页
action-page-inspection = 巡查页
action-page-next = 下一页面
action-page-previous = 上一页面
action-up = 上移
action-down = 下移
action-page-up = 上翻
action-page-down = 下翻
action-half-up = 上半屏
action-half-down = 下半屏
action-top = 首行
action-bottom = 末行
action-open = 确定
action-mark-all = 全部勾选
action-mark = 标记
action-filter = 筛选
action-scope = 切换范围
action-detail-up = 详情上滚
action-detail-down = 详情下滚
action-window-call = 叫号
action-window-recall = 重呼
action-window-start = 开始
action-window-finish = 办结
action-window-miss = 过号
action-window-hold = 挂起
action-window-transfer = 转移
action-window-pause = 暂停
action-window-finish-and-call = 办结并叫下一号
action-window-resume = 取回挂起
action-window-pick = 点名叫号
action-window-restore = 过号恢复
action-window-abandon = 弃号
action-window-cancel = 取消票号
action-window-issue = 现场取号
action-window-sign-on = 上岗
action-window-sign-off = 离岗
action-window-enquiry = 首问登记
action-window-case = 收件
action-window-proxy = 委托代办
action-enquiry-open = 登记
action-enquiry-answer = 当场答复
action-enquiry-forward = 转办
action-enquiry-take = 接收
action-enquiry-give-back = 退回首问
action-enquiry-reply = 答复
action-enquiry-confirm = 群众满意
action-enquiry-reject-reply = 群众不满意
action-enquiry-unreachable = 联系不上
action-enquiry-close = 主任办结
action-enquiry-case = 转为办件
action-case-receive = 收件
action-case-precheck = 预审
action-case-classify = 定类
action-case-accept = 受理
action-case-notify-once = 一次性告知
action-case-supply = 补正材料
action-case-grant-time = 补正延期
action-case-refuse = 退回
action-case-pause = 停计
action-case-resume = 续计
action-case-extend = 延期
action-case-submit-up = 上报
action-case-decide = 决定
action-case-deliver = 送达
action-case-withdraw = 撤回
action-case-review = 复核
action-case-default-confirm = 默认确认
action-case-explain = 时限说明
action-case-due = 到期提示
action-case-proxy = 委托代办
action-branch-notify = 抄告
action-branch-sign = 签收抄告
action-branch-opinion = 部门意见
action-proposal-approve = 批准
action-proposal-reject = 驳回
action-proxy-open = 登记委托
action-proxy-accept = 受理委托
action-proxy-assign = 指派
action-proxy-take = 接办
action-proxy-leg = 行程
action-proxy-submit = 递交部门
action-proxy-result = 部门结果
action-proxy-reply = 回复
action-proxy-complete = 办结
action-proxy-suspend = 中止
action-proxy-resume = 恢复
action-proxy-withdraw = 委托撤回
action-proxy-unable = 无法代办
action-proxy-follow-up = 回访
action-custody-receive = 收取原件
action-custody-offer = 移交原件
action-custody-take = 接收原件
action-custody-archive = 部门留存
action-custody-return = 退还原件
action-round-open = 开始巡视
action-round-see = 巡到此窗
action-round-close = 结束巡视
action-finding-raise = 记问题
action-finding-confirm = 核实
action-finding-drop = 不予认定
action-finding-fix-on-spot = 当场提醒
action-finding-notify = 告知
action-finding-statement = 陈述
action-finding-reply = 整改回复
action-finding-set-due = 整改期限
action-finding-recheck-ok = 销号
action-finding-recheck-fail = 复查不合格
action-finding-appeal = 申诉
action-finding-appeal-upheld = 申诉成立
action-finding-appeal-rejected = 申诉不成立
action-form-next = 下一项
action-form-previous = 上一项
action-form-submit = 提交
action-form-done = 填好
action-note-new-line = 换行
action-choice-next = 下一选项
action-choice-previous = 上一选项
action-cursor-left = 左移
action-cursor-right = 右移
action-cursor-word-left = 左移一词
action-cursor-word-right = 右移一词
action-cursor-start = 行首
action-cursor-end = 行尾
action-delete-back = 退格
action-delete-forward = 删除
action-delete-word = 删一词
action-delete-to-start = 删到行首
action-delete-to-end = 删到行尾
action-complete = 补全
action-confirm-yes = 是
action-confirm-no = 否

## console: keymap

keymap-fault-shape = 格式不对：{ $detail }
keymap-fault-context = 没有叫 [{ $name }] 的小节
keymap-fault-action = 没有叫 { $name } 的动作
keymap-fault-keys = 按键写法不对：{ $detail }
keymap-fault-not-offered = 动作 { $action } 不能用在 [{ $context }]
keymap-fault-bare = [{ $context }] 里要打字，不能单独绑定 { $keys }
keymap-fault-conflict = { $keys } 与 { $place } 的 { $action } 冲突
keymap-fault-nothing = { $keys } 本来就没有绑定
keys-file = 你自己的按键文件：{ $path }

## console: forms

form-required = 必填
form-not-a-date = 日期写成 2026-11-23、20261123 或 11-23
form-not-a-number = 请填整数
form-pick-one = 请从列表中选一项
form-sent = 已提交，等待答复…
form-text-cut = 内容太长，后面的没有放进去
draft-kept = 已留作草稿，再次打开即可接着填
draft-restored = 已恢复上次的草稿

## console: pages

# Refusals: proxy orders and papers in custody.
refusal-proxy-not_allowed = 事项“{ $item }”依法须本人到场，不能代办。
refusal-proxy-not_allowed-next = 可改为帮办、陪办或上门服务。
refusal-proxy-not_signed = 承办表 { $order } 尚未签字，不得开始承办。
refusal-proxy-not_signed-next = 向申请人告知权利、义务和时限并由其签字后再受理。
refusal-proxy-day_off = { $date } 不是工作日，普通代办只在工作日受理。
refusal-proxy-day_off-next = 下一工作日受理，或按紧急重大事项登记并写明期限。
refusal-proxy-promise = 不能承诺 { $promised }；各事项承诺时限合计至 { $latest }。
refusal-proxy-promise-next = 承诺日期不得晚于 { $latest }。
refusal-proxy-not_agent = { $staff } 不是代办员。
refusal-proxy-not_agent-next = 请指派具有代办员身份的人员。
refusal-custody-held = 材料 { $paper } 仍在 { $holder } 手中。
refusal-custody-held-next = 先办理交接或退还申请人。
refusal-custody-not_holder = 材料 { $paper } 在 { $holder } 手中，只有持有人可以交出。
refusal-custody-not_holder-next = 请 { $holder } 办理移交。
refusal-custody-not_offered = 材料 { $paper } 没有移交给您。
refusal-custody-not_offered-next = 请持有人先移交给您，双方签字。
refusal-round-under_way = 您的巡视 { $round } 尚未结束。
refusal-round-under_way-next = 请先结束本次巡视。
refusal-finding-appeal_late = 申诉期限已于 { $until } 届满。
refusal-finding-appeal_late-next = 请答复并整改；可在说明中陈述意见。

## command line: joining a hall, init, verify, doctor
cli-no-folder = 无法确定数据目录；请用 --hall 目录 或环境变量 BANSHI_HALL 指定
cli-no-hall = { $folder } 中没有大厅；先运行 banshi init 大厅资料目录，或用 --hall 指定；想先看看请运行 banshi demo
cli-locked = { $folder } 正由 { $holder } 使用；请在那个终端里办理，或退出它之后再试
cli-rebuilt = 上次未正常退出；台账与日志有 { $count } 处不一致，已按日志重建
cli-replaying = 正在读取日志 { $seq }/{ $of }
init-faults = 共 { $count } 处错误，未写入任何内容；改正后重新运行
init-at-needs-training = --at 只用于训练大厅；请加 --training
init-done = 已建立 { $name }：{ $departments } 个部门、{ $windows } 个窗口、{ $staff } 名人员、{ $items } 个事项；日志 { $seq } 条，目录 { $folder }
demo-no-hall = 没有示例大厅 { $name }；可选：{ $names }
demo-no-day = 示例大厅的工作日历没有公布这一天之前的年份
demo-head = { $name }（演练） { $at }
demo-windows = 窗口：在岗 { $on } 个，办理中 { $serving } 个，暂停 { $paused } 个，未开 { $closed } 个
demo-tickets = 取号：{ $issued } 个，办结 { $done } 个，等候 { $waiting } 个，过号 { $missed } 个
demo-queue =   { $queue }：等候 { $waiting } 人，最长 { $minutes } 分钟，{ $windows } 个窗口叫号
demo-cases = 办件：未结 { $open } 件，其中正常 { $green }、临期 { $amber }、紧急 { $red }、超期 { $overdue }、停计 { $stopped }
demo-work = 其他：首问 { $enquiries } 件、代办 { $errands } 件、巡查问题 { $findings } 件、待批 { $proposals } 件
demo-clerk = 当前人员：{ $name }（{ $code }），用 --as 换人
verify-chain = 日志完整：{ $entries } 条，{ $groups } 次写入，链尾 { $hash }
verify-records = 台账与日志一致：{ $count } 项
verify-differs = 台账与日志不一致；运行 banshi rebuild 按日志重建
rebuild-done = 已按日志重建台账，至第 { $seq } 条
doctor-term = 终端类型 { $value }
doctor-term-none = 终端类型 { $value } 无法显示界面；请设置 TERM，例如 TERM=xterm-256color
doctor-no-color = 已设置 NO_COLOR：不用颜色，状态以文字和符号显示
doctor-utf8 = 字符集 { $value }
doctor-not-utf8 = 语言环境“{ $value }”不是 UTF-8，中文可能显示不正确；请设置 LANG=zh_CN.UTF-8
doctor-size = 窗口大小 { $value }
doctor-small = 窗口只有 { $value }；80x24 起最好用，至少 60x20
doctor-no-hall = { $value } 中没有大厅；banshi init 建立，banshi demo 试用
doctor-locked = 大厅正由 { $value } 使用
doctor-hall-bad = 大厅打不开：{ $value }
doctor-hall = 大厅 { $name }，日志 { $seq } 条，目录 { $folder }
doctor-repaired = 打开时修复：{ $value }
doctor-training = 训练大厅：可用 --at 指定时间，文书印“演练”
doctor-calendar = 工作日历公布至 { $value } 年
doctor-calendar-short = 工作日历只公布至 { $value } 年；跨年的到期日均为暂定，请尽快导入下一年
doctor-calendar-none = 没有工作日历
tab-window = 窗口
tab-enquiry = 首问
tab-cases = 办件
tab-errands = 代办
tab-inspection = 巡查
connection-down = 与大厅的连接断了，正在重连；填的内容都还在
keys-dropped = 刚才的按键没有执行
connection-down-short = 断线
connection-up = 已重新连接
reading-only = 只读方式，不能办理
refusal-with-rule = { $text }（{ $rule }）
quit-question = 还有没做完的事，确定退出吗？
quit-drafts = 草稿 { $count } 份，退出后不保留
help-title = 按键
context-always = 任何时候
context-global = 所有页面
context-list = 列表
context-window = 窗口
context-enquiry = 首问
context-cases = 办件
context-errands = 代办
context-inspection = 巡查
context-form = 表单
context-field = 打字
context-line = 单行
context-note = 多行
context-choice = 选择
context-checklist = 清单
context-picker = 挑选
context-command-line = 命令行
context-filter = 筛选
context-reader = 阅读
context-confirm = 询问
filter-line = 筛选：
list-empty = （空）

# Refusals: windows.

# Refusals: tickets.

# Refusals: enquiries.

# Refusals: cases.

# Refusals: branches.

# Refusals: proxy orders and papers in custody.
refusal-proxy-visit_alone = 代办单 { $order } 须上门办理，不得一人前往。
refusal-proxy-visit_alone-next = 请写明同行人员。

# Refusals: persons.
refusal-person-erased = 相关人员的个人信息已删除，不能再写入。
refusal-person-erased-next = 本人再来时请重新登记。

## command line: the console
console-no-terminal = 当前终端（TERM）无法显示界面；请设置 TERM，例如 TERM=xterm-256color，或用 banshi call
