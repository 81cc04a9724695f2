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
refusal-clock-backwards-next = 请校正时钟，或由系统管理员确认。
refusal-hall-not_training = 只有演练大厅才能指定时间。
refusal-hall-not_training-next = 请去掉 --at，或用 init --training 建一个演练大厅。

## calendar and due dates

## documents and numbers

## search

## import and hall folders

## store and recovery

## engine and host

## wire and client

## command line

## doctor and permissions

## paper

## rehearsal

## console: actions

## console: keymap

## console: forms

## console: pages
