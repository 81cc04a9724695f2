//! The hall as tables: what `banshi init` reads from a hall folder and publishes as events, each row effective from a date
//! (R66, R94, R133). Plain data with the few look-ups that rules need; who may change it is in `permission`.

use chrono::{NaiveDate, NaiveTime};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    clock::LimitUnit,
    id::{
        AuthorisationCode, DepartmentCode, ItemCode, MaterialCode, QueueCode, SealCode, StaffCode,
        WindowCode,
    },
    kind::{CaseKind, Scheme},
    permission::Role,
    staff::Pin,
};

/// The centre's profile and settings (`hall.toml`; R1, R4).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HallProfile {
    /// Short ASCII id; the journal's chain begins with it.
    pub id: String,
    /// The centre's name.
    pub name: String,
    /// The same in English.
    #[serde(default)]
    pub name_en: String,
    /// county, district, town or village_point.
    pub level: Level,
    /// Six-digit division code, the head of every case number (R230).
    pub region: String,
    /// Street address.
    #[serde(default)]
    pub address: String,
    /// When it was founded, as precisely as is known (`2005-05`).
    #[serde(default)]
    pub founded: String,
    /// When it moved to its present place.
    #[serde(default)]
    pub moved: String,
    /// Floor area in square metres.
    #[serde(default)]
    pub area_m2: Option<u32>,
    /// Of which the hall itself.
    #[serde(default)]
    pub hall_m2: Option<u32>,
    /// Which six-class scheme the hall shows (R60, R63).
    pub scheme: Scheme,
    /// Unix logins that several people share; for these `--as` is believed.
    #[serde(default)]
    pub shared_logins: Vec<String>,
    /// The five public telephone numbers.
    #[serde(default)]
    pub phones: Phones,
    /// Opening hours.
    pub hours: Hours,
    /// Ticket rules (R24–R49).
    #[serde(default)]
    pub ticket: TicketRules,
    /// Warning lamps (R105).
    #[serde(default)]
    pub lamp: LampRules,
    /// Cards (R105, R107).
    #[serde(default)]
    pub card: CardRules,
    /// Case intake and limits (R64, R76–R85).
    #[serde(default)]
    pub case: CaseRules,
    /// Enquiry limits (R56).
    #[serde(default)]
    pub enquiry: EnquiryRules,
    /// Proxy orders (R145–R153).
    #[serde(default)]
    pub proxy: ProxyRules,
    /// Rounds and findings (R170–R172).
    #[serde(default)]
    pub inspection: InspectionRules,
    /// The registry of the hall's systems (制度, R4).
    #[serde(default)]
    pub systems: Vec<System>,
}

/// The scale of a centre (R5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// 县
    County,
    /// 区
    District,
    /// 镇
    Town,
    /// 村民代办点
    VillagePoint,
}

/// Public telephone numbers (R1).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Phones {
    /// 投资
    pub investment: String,
    /// 咨询
    pub consultation: String,
    /// 查询
    pub query: String,
    /// 预约
    pub booking: String,
    /// 投诉
    pub complaint: String,
}

/// Opening hours of a working day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Hours {
    /// Doors open.
    #[schemars(with = "String")]
    pub open: NaiveTime,
    /// Lunch begins.
    #[schemars(with = "String")]
    pub lunch_from: NaiveTime,
    /// Lunch ends.
    #[schemars(with = "String")]
    pub lunch_to: NaiveTime,
    /// Close of business.
    #[schemars(with = "String")]
    pub close: NaiveTime,
}

macro_rules! settings {
    ($($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty = $value:expr,)* })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields, default)]
        pub struct $name { $($(#[$field_doc])* pub $field: $type,)* }
        impl Default for $name {
            fn default() -> Self { Self { $($field: $value,)* } }
        }
    )*};
}

settings! {
    /// Settings of the queue, with the rule book's defaults.
    TicketRules {
        /// Calls before a ticket is missed (R32).
        calls_max: u8 = 3,
        /// Seconds between two calls (R32).
        recall_gap_seconds: u32 = 20,
        /// Places behind the head for a restored ticket (R33).
        restore_places: usize = 3,
        /// Tickets a window may hold (R35).
        held_max: usize = 2,
        /// Minutes until a held ticket is missed (R35).
        held_minutes: u32 = 30,
        /// Priority calls in a row before an ordinary ticket goes first (R28).
        starvation_guard: u8 = 3,
        /// Issuing stops so many minutes before close (R42).
        issue_stops_minutes_before_close: u32 = 0,
        /// From this age a courtesy ticket may be given (R27).
        courtesy_age: u8 = 60,
        /// Waiting tickets per open window that raise the crowding alert (R44).
        crowded_per_window: usize = 8,
        /// Longest wait in minutes that raises it (R44).
        crowded_minutes: u32 = 30,
        /// Minutes that a signed-on window may stand idle with people waiting (R45).
        idle_minutes: u32 = 5,
    }
    /// Warning lamps (R105).
    LampRules {
        /// Share of the limit, in percent, from which the lamp is amber.
        amber_percent: u8 = 20,
    }
    /// Sanction cards (R105, R107).
    CardRules {
        /// Working days from the yellow to the red card.
        red_after_days: u16 = 3,
        /// Working days to answer a card.
        reply_days: u16 = 2,
    }
    /// Case intake (R64, R76–R85).
    CaseRules {
        /// When an instant case is due.
        instant_due: InstantDue = InstantDue::SameDay,
        /// Working days for the one-time notice; 0 is on the spot (R76, R83).
        correction_notice_days: u16 = 5,
        /// Working days the applicant has for corrections (R85).
        correction_days: u16 = 15,
    }
    /// Enquiries (R56).
    EnquiryRules {
        /// Working days for the handler's reply.
        reply_days: u16 = 2,
    }
    /// Proxy orders (R145, R151–R153).
    ProxyRules {
        /// Working hours in which the agent must take an order.
        take_hours: u16 = 2,
        /// Persons who go on a home visit together (R149).
        visit_persons: u8 = 2,
        /// Working days for the reply after the result.
        reply_days: u16 = 1,
        /// Working days without an answer of the client until a suspended order is terminated.
        terminate_days: u16 = 30,
        /// Working days for the return visit.
        follow_up_days: u16 = 5,
        /// Share of completed orders that must be followed up, in percent.
        follow_up_percent: u8 = 50,
    }
    /// Rounds and findings (R170–R172).
    InspectionRules {
        /// Rounds a day.
        rounds_a_day: u8 = 4,
        /// Share of open windows that a complete round has seen, in percent.
        round_complete_percent: u8 = 80,
        /// Working days to answer a finding.
        reply_days: u16 = 1,
        /// Working days to appeal.
        appeal_days: u16 = 3,
    }
}

/// When an instant case (即办件) is due (R64).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum InstantDue {
    /// 当日
    SameDay,
    /// 次日: the next working day
    NextDay,
}

/// One of the hall's systems (制度, R4). A rule that depends on a switched-off system is inert.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct System {
    /// Stable code, e.g. `first_question`, `default`, `green_channel`, `parallel`, `time_limit`.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The same in English.
    #[serde(default)]
    pub name_en: String,
    /// Whether it is in force.
    pub on: bool,
    /// Since when.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub effective_on: Option<NaiveDate>,
    /// What it says.
    #[serde(default)]
    pub text: String,
}

/// A resident department (进驻部门).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Department {
    /// Its code.
    pub code: DepartmentCode,
    /// Its name.
    pub name: String,
    /// The same in English.
    #[serde(default)]
    pub name_en: String,
    /// Telephone for referrals (R54).
    #[serde(default)]
    pub phone: String,
}

/// A service window (窗口).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Window {
    /// Its code.
    pub code: WindowCode,
    /// Its name or number as it is called out.
    pub name: String,
    /// The same in English.
    #[serde(default)]
    pub name_en: String,
    /// Whose window it is.
    pub department: DepartmentCode,
    /// Zone of the hall.
    #[serde(default)]
    pub area: String,
    /// The queues it serves, first one first (R26).
    pub queues: Vec<QueueCode>,
    /// A comprehensive window (综合窗口) takes items of any department.
    #[serde(default)]
    pub comprehensive: bool,
    /// A first-question post (首问责任岗, R50).
    #[serde(default)]
    pub first_question_post: bool,
    /// The person responsible for that post.
    #[serde(default)]
    pub responsible: Option<StaffCode>,
    /// The duties of that post, as they are displayed.
    #[serde(default)]
    pub duty: String,
}

/// A ticket queue (business group, R24).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Queue {
    /// Its code.
    pub code: QueueCode,
    /// Its name.
    pub name: String,
    /// The same in English.
    #[serde(default)]
    pub name_en: String,
    /// One or two capital letters, not G, Y or D alone.
    pub prefix: String,
}

/// A member of staff (R6). Names of staff are public (R168).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Staff {
    /// Their code.
    pub code: StaffCode,
    /// Their name.
    pub name: String,
    /// The same in Latin letters.
    #[serde(default)]
    pub name_en: String,
    /// Home department.
    pub department: DepartmentCode,
    /// What they may do.
    pub roles: Vec<Role>,
    /// The queues they are trained for; empty means all queues of their window (R26).
    #[serde(default)]
    pub skills: Vec<QueueCode>,
    /// Post as displayed on the badge (R41).
    #[serde(default)]
    pub post: String,
    /// Rank.
    #[serde(default)]
    pub rank: String,
    /// Office telephone.
    #[serde(default)]
    pub phone: String,
    /// Their Unix login, where they have one of their own.
    #[serde(default)]
    pub login: String,
    /// The PIN's hash, where they have one; never in a table, only by `staff.set_pin`.
    #[serde(default)]
    #[schemars(with = "String")]
    pub pin: Pin,
    /// When they were trained; without it no window opens for them (R6).
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub trained_on: Option<NaiveDate>,
}

impl Staff {
    /// Whether this person has the role.
    pub fn has(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }
}

/// Kind of power of an item (R2).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum PowerKind {
    /// 行政许可
    Permit,
    /// 非行政许可审批, legacy only
    NonPermitApproval,
    /// 公共服务
    PublicService,
    /// 行政确认
    Confirmation,
    /// 行政给付
    Benefit,
    /// 备案
    Filing,
    /// 其他行政权力
    Other,
}

/// Who may apply (R2).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ApplicantType {
    /// 自然人
    Natural,
    /// 法人
    Legal,
    /// 其他组织
    Other,
}

/// A service item (事项, R2). Limits are in `unit`; the committed one is at most 70 % of the statutory one (R92).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Item {
    /// Its code, opaque (R230).
    pub code: ItemCode,
    /// Its name.
    pub name: String,
    /// The same in English.
    #[serde(default)]
    pub name_en: String,
    /// Who is responsible for it; the lead department of a joint item.
    pub department: DepartmentCode,
    /// Kind of power.
    pub power: PowerKind,
    /// Who may apply.
    pub applicants: Vec<ApplicantType>,
    /// Theme for browsing; the catalogue grows by it (R2).
    #[serde(default)]
    pub theme: String,
    /// The kind a case of this item starts with (R61).
    pub kind: CaseKind,
    /// Statutory limit (法定时限).
    pub statutory_limit: u16,
    /// Committed limit (承诺时限), 0 for instant items.
    pub committed_limit: u16,
    /// Unit of both limits (R22).
    pub unit: LimitUnit,
    /// Queue in which its applicants wait.
    #[serde(default)]
    pub queue: Option<QueueCode>,
    /// Departments of its branches, where it is joint (R113).
    #[serde(default)]
    pub branches: Vec<DepartmentCode>,
    /// Legal basis (R3).
    #[serde(default)]
    pub basis: String,
    /// Procedure in words (R3).
    #[serde(default)]
    pub procedure: String,
    /// Fee standard; 不收费 is a value, empty is not (R3).
    #[serde(default)]
    pub fee: String,
    /// Whether an agent may carry it (R142).
    #[serde(default)]
    pub proxy_allowed: bool,
    /// Whether a timeout may count as consent (R117).
    #[serde(default)]
    pub default_on_timeout: bool,
    /// Security, safety, health and the like: never a default (R117).
    #[serde(default)]
    pub safety: bool,
}

/// A line of an item's material list (R79).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Material {
    /// Its code.
    pub code: MaterialCode,
    /// What it is.
    pub name: String,
    /// The same in English.
    #[serde(default)]
    pub name_en: String,
    /// Whose material list it belongs to.
    pub item: ItemCode,
    /// Original or copy.
    pub form: PaperForm,
    /// How many.
    pub copies: u16,
    /// On the tolerance list (容缺, R87).
    #[serde(default)]
    pub tolerable: bool,
    /// Who issues it.
    #[serde(default)]
    pub issuer: String,
}

/// Original or copy (D10).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum PaperForm {
    /// 原件
    Original,
    /// 复印件
    Copy,
}

/// An authorisation notice (授权通知, R128): who may decide what, from when to when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Authorisation {
    /// Its number.
    pub code: AuthorisationCode,
    /// Its title.
    pub name: String,
    /// Who holds it.
    pub holder: StaffCode,
    /// What it covers.
    pub scope: ItemScope,
    /// First day.
    #[schemars(with = "String")]
    pub from: NaiveDate,
    /// Last day, where it ends.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub to: Option<NaiveDate>,
}

/// What an authorisation covers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ItemScope {
    /// Every item of a department.
    Department(DepartmentCode),
    /// The items named.
    Items(Vec<ItemCode>),
}

impl Authorisation {
    /// Whether it covers `item` on the date (R128).
    pub fn covers(&self, item: &Item, on: NaiveDate) -> bool {
        self.names(item) && self.from <= on && self.to.is_none_or(|to| on <= to)
    }

    /// Whether `item` lies in its scope, on whatever date.
    pub fn names(&self, item: &Item) -> bool {
        match &self.scope {
            ItemScope::Department(department) => *department == item.department,
            ItemScope::Items(items) => items.contains(&item.code),
        }
    }
}

/// An approval seal (行政审批专用章, R131).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Seal {
    /// Its code.
    pub code: SealCode,
    /// Its name.
    pub name: String,
    /// Who holds it.
    pub department: DepartmentCode,
    /// Police filing number.
    #[serde(default)]
    pub police_no: String,
    /// In use since.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub from: Option<NaiveDate>,
}

/// One row of a published calendar year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CalendarRow {
    /// The date.
    #[schemars(with = "String")]
    pub date: NaiveDate,
    /// Day off or make-up day.
    pub kind: CalendarRowKind,
    /// The festival's name.
    pub name: String,
    /// The notice that published it.
    #[serde(default)]
    pub notice: String,
}

/// What a calendar row says of its date (R11).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CalendarRowKind {
    /// A day off.
    Holiday,
    /// A make-up working day (调休上班).
    Workday,
}

/// One published year: the file's presence publishes all of it (R12).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CalendarYear {
    /// The year.
    pub year: i32,
    /// Its days that differ from Monday-to-Friday.
    pub days: Vec<CalendarRow>,
}

/// All rows of a hall folder, checked as a whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each field is the table of its name")]
pub struct HallFolder {
    pub profile: HallProfile,
    pub departments: Vec<Department>,
    pub windows: Vec<Window>,
    pub queues: Vec<Queue>,
    pub staff: Vec<Staff>,
    pub items: Vec<Item>,
    pub materials: Vec<Material>,
    pub authorisations: Vec<Authorisation>,
    pub seals: Vec<Seal>,
    pub calendar: Vec<CalendarYear>,
}
