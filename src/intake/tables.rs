//! The tables of a hall folder, one reader each: columns in, catalogue rows out. Rules that one row can break are checked
//! here, rules between tables in `check`.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    fault::{FaultCode, Faults},
    sheet::{Known, Row, Shape, Sheet},
};
use crate::rules::{
    catalogue::{Authorisation, Department, Item, ItemScope, Material, Queue, Seal, Staff, Window},
    id::{DepartmentCode, QueueCode, StaffCode},
    kind::CaseKind,
    permission::Role,
    staff::Pin,
};

/// Departments (R1).
pub(super) const DEPARTMENTS: Shape = Shape {
    file: "departments.csv",
    required: &["code", "name"],
    optional: &["name_en", "phone"],
    leading: 2,
};

/// Queues (R24).
pub(super) const QUEUES: Shape = Shape {
    file: "queues.csv",
    required: &["code", "name", "prefix"],
    optional: &["name_en"],
    leading: 2,
};

/// Windows (R1, R26, R50).
pub(super) const WINDOWS: Shape = Shape {
    file: "windows.csv",
    required: &["code", "name", "department", "queues"],
    optional: &[
        "name_en",
        "area",
        "comprehensive",
        "first_question_post",
        "responsible",
        "duty",
    ],
    leading: 2,
};

/// Staff (R6).
pub(super) const STAFF: Shape = Shape {
    file: "staff.csv",
    required: &["code", "name", "department", "roles"],
    optional: &[
        "name_en",
        "skills",
        "post",
        "rank",
        "phone",
        "login",
        "pin",
        "trained_on",
    ],
    leading: 2,
};

/// Items (R2).
pub(super) const ITEMS: Shape = Shape {
    file: "items.csv",
    required: &[
        "code",
        "name",
        "department",
        "power",
        "applicants",
        "kind",
        "statutory_limit",
        "committed_limit",
        "unit",
    ],
    optional: &[
        "name_en",
        "theme",
        "queue",
        "branches",
        "basis",
        "procedure",
        "fee",
        "proxy_allowed",
        "default_on_timeout",
        "safety",
    ],
    leading: 2,
};

/// Material lists (R79).
pub(super) const MATERIALS: Shape = Shape {
    file: "materials.csv",
    required: &["code", "name", "item", "form", "copies"],
    optional: &["name_en", "tolerable", "issuer"],
    leading: 2,
};

/// Authorisation notices (R128).
pub(super) const AUTHORISATIONS: Shape = Shape {
    file: "authorisations.csv",
    required: &["code", "name", "holder", "items", "from"],
    optional: &["name_en", "to"],
    leading: 2,
};

/// Seals (R131).
pub(super) const SEALS: Shape = Shape {
    file: "seals.csv",
    required: &["code", "name", "department", "police_no"],
    optional: &["name_en", "from"],
    leading: 2,
};

/// The codes that rows may refer to.
pub(super) struct Codes {
    pub(super) departments: Known,
    pub(super) queues: Known,
    pub(super) staff: Known,
    pub(super) items: Known,
}

/// Longest limit in any unit (R22).
const LIMIT_MAX: u16 = 9999;

/// Most copies of one paper.
const COPIES_MAX: u16 = 99;

/// Names that leave the applicant to guess (R3).
const VAGUE: [&str; 9] = [
    "其他材料",
    "其它材料",
    "有关材料",
    "相关材料",
    "其他资料",
    "其它资料",
    "有关资料",
    "相关资料",
    "其他证明材料",
];

/// Reads departments.
pub(super) fn departments(sheet: &Sheet, _: &Codes, faults: &mut Faults) -> Vec<Department> {
    sheet.rows(faults, |row| {
        Some(Department {
            code: row.text("code").into(),
            name: row.required("name"),
            name_en: row.text("name_en"),
            phone: row.text("phone"),
        })
    })
}

/// Reads queues; a prefix is one or two capital letters, not G, Y or D alone, and belongs to one queue (R24).
pub(super) fn queues(sheet: &Sheet, _: &Codes, faults: &mut Faults) -> Vec<Queue> {
    let mut taken: BTreeMap<String, u32> = BTreeMap::new();
    sheet.rows(faults, |row| {
        let prefix = row.required("prefix");
        let form =
            (1..=2).contains(&prefix.len()) && prefix.bytes().all(|byte| byte.is_ascii_uppercase());
        if prefix.is_empty() {
            // Said already.
        } else if !form {
            row.fault("prefix", FaultCode::PrefixForm, &[("value", &prefix)]);
        } else if matches!(&*prefix, "G" | "Y" | "D") {
            row.fault("prefix", FaultCode::PrefixReserved, &[("value", &prefix)]);
        } else if let Some(line) = taken.get(&prefix) {
            let args = [("value", &*prefix), ("line", &*line.to_string())];
            row.fault("prefix", FaultCode::PrefixTwice, &args);
        } else {
            taken.insert(prefix.clone(), row.line());
        }
        Some(Queue {
            code: row.text("code").into(),
            name: row.required("name"),
            name_en: row.text("name_en"),
            prefix,
        })
    })
}

/// Reads windows; a first-question post has a responsible person (R50).
pub(super) fn windows(sheet: &Sheet, codes: &Codes, faults: &mut Faults) -> Vec<Window> {
    sheet.rows(faults, |row| {
        let post = row.flag("first_question_post");
        let responsible = row.optional_reference("responsible", &codes.staff);
        if post && responsible.is_none() {
            row.fault("first_question_post", FaultCode::PostWithoutPerson, &[]);
        }
        row.required("queues");
        Some(Window {
            code: row.text("code").into(),
            name: row.required("name"),
            name_en: row.text("name_en"),
            department: row.reference("department", &codes.departments).into(),
            area: row.text("area"),
            queues: listed(row.references("queues", &codes.queues)),
            comprehensive: row.flag("comprehensive"),
            first_question_post: post,
            responsible: responsible.map(StaffCode::from),
            duty: row.text("duty"),
        })
    })
}

/// Reads staff; a login belongs to one person unless the hall says that it is shared (design, identity).
pub(super) fn staff(
    sheet: &Sheet,
    codes: &Codes,
    shared_logins: &[String],
    faults: &mut Faults,
) -> Vec<Staff> {
    let mut logins: BTreeMap<String, u32> = BTreeMap::new();
    sheet.rows(faults, |row| {
        let login = row.text("login");
        if let Some(line) = logins.get(&login) {
            let args = [("value", &*login), ("line", &*line.to_string())];
            row.fault("login", FaultCode::LoginTwice, &args);
        } else if !login.is_empty() && !shared_logins.contains(&login) {
            logins.insert(login.clone(), row.line());
        }
        if !row.text("pin").is_empty() {
            row.fault("pin", FaultCode::BadPin, &[]);
        }
        Some(Staff {
            code: row.text("code").into(),
            name: row.required("name"),
            name_en: row.text("name_en"),
            department: row.reference("department", &codes.departments).into(),
            roles: roles(row),
            skills: listed(row.references("skills", &codes.queues)),
            post: row.text("post"),
            rank: row.text("rank"),
            phone: row.text("phone"),
            login,
            pin: Pin::default(),
            trained_on: row.date("trained_on"),
        })
    })
}

/// The roles of a person. `public` and `hall` are the kiosk and the machine; nobody holds them.
fn roles(row: &mut Row<'_, '_>) -> Vec<Role> {
    row.required("roles");
    let held = |role: &Role| !matches!(role, Role::Public | Role::Hall);
    let mut roles = Vec::new();
    for word in row.list("roles") {
        if let Some(role) = Role::from_word(word).filter(held) {
            roles.push(role);
        } else {
            let known: Vec<&str> = Role::ALL
                .iter()
                .filter(|role| held(role))
                .map(|role| role.as_str())
                .collect();
            let args = [("value", word), ("expected", &*known.join(", "))];
            row.fault("roles", FaultCode::BadWord, &args);
        }
    }
    roles
}

/// Reads items with the rules of limits (R92), branches (R113) and defaults (R117).
pub(super) fn items(sheet: &Sheet, codes: &Codes, faults: &mut Faults) -> Vec<Item> {
    sheet.rows(faults, |row| {
        let kind = row.word("kind");
        let (statutory_limit, committed_limit) = limits(row, kind);
        let department = row.reference("department", &codes.departments);
        let branches = branches(row, kind, &department, &codes.departments);
        let default_on_timeout = row.flag("default_on_timeout");
        let safety = row.flag("safety");
        if default_on_timeout && safety {
            row.fault("default_on_timeout", FaultCode::DefaultUnsafe, &[]);
        }
        let power = row.word("power");
        let unit = row.word("unit");
        let item = Item {
            code: row.text("code").into(),
            name: row.required("name"),
            name_en: row.text("name_en"),
            department: department.into(),
            power: power?,
            applicants: row.words("applicants"),
            theme: row.text("theme"),
            kind: kind?,
            statutory_limit,
            committed_limit,
            unit: unit?,
            queue: row
                .optional_reference("queue", &codes.queues)
                .map(QueueCode::from),
            branches: listed(branches),
            basis: row.text("basis"),
            procedure: row.text("procedure"),
            fee: row.text("fee"),
            proxy_allowed: row.flag("proxy_allowed"),
            default_on_timeout,
            safety,
        };
        Some(item)
    })
}

/// Both limits: the promise is at most 70 % of the law, and 0 only where the item is instant or sets its own (R92, R63).
fn limits(row: &mut Row<'_, '_>, kind: Option<CaseKind>) -> (u16, u16) {
    let before = row.faults_so_far();
    let statutory = row.number("statutory_limit", 1, LIMIT_MAX);
    let committed = row.number("committed_limit", 0, LIMIT_MAX);
    let (Some(kind), true) = (kind, before == row.faults_so_far()) else {
        return (statutory, committed);
    };
    let max = u32::from(statutory) * 7 / 10;
    if kind == CaseKind::Instant {
        if committed > 0 {
            row.fault("committed_limit", FaultCode::InstantWithDays, &[]);
        }
    } else if u32::from(committed) > max {
        let (value, law) = (committed.to_string(), statutory.to_string());
        let max = max.to_string();
        let args = [("value", &*value), ("statutory", &*law), ("max", &*max)];
        row.fault("committed_limit", FaultCode::PromiseAbove70, &args);
    } else if committed == 0 && kind != CaseKind::Special {
        row.fault("committed_limit", FaultCode::PromiseZero, &[]);
    }
    (statutory, committed)
}

fn branches(
    row: &mut Row<'_, '_>,
    kind: Option<CaseKind>,
    lead: &str,
    departments: &Known,
) -> Vec<String> {
    let branches = row.references("branches", departments);
    match kind {
        Some(kind) if kind.is_joint() && branches.is_empty() => {
            row.fault("branches", FaultCode::BranchesMissing, &[]);
        }
        Some(kind) if !kind.is_joint() && !branches.is_empty() => {
            row.fault("branches", FaultCode::BranchesUnwanted, &[]);
        }
        _ => {}
    }
    if branches.iter().any(|branch| branch == lead) {
        row.fault("branches", FaultCode::BranchIsLead, &[("value", lead)]);
    }
    branches
}

/// Reads material lines; a name that leaves the applicant to guess is refused (R3).
pub(super) fn materials(sheet: &Sheet, codes: &Codes, faults: &mut Faults) -> Vec<Material> {
    sheet.rows(faults, |row| {
        let name = row.required("name");
        if VAGUE.iter().any(|vague| name.contains(vague)) {
            row.fault("name", FaultCode::VagueMaterial, &[("value", &name)]);
        }
        let form = row.word("form");
        let material = Material {
            code: row.text("code").into(),
            name,
            name_en: row.text("name_en"),
            item: row.reference("item", &codes.items).into(),
            form: form?,
            copies: row.number("copies", 1, COPIES_MAX),
            tolerable: row.flag("tolerable"),
            issuer: row.text("issuer"),
        };
        Some(material)
    })
}

/// Reads authorisation notices: `*department` or item codes, to a person who may decide at all, from a day on (R128).
pub(super) fn authorisations(
    sheet: &Sheet,
    codes: &Codes,
    deciding: Option<&BTreeSet<StaffCode>>,
    faults: &mut Faults,
) -> Vec<Authorisation> {
    sheet.rows(faults, |row| {
        let holder = row.reference("holder", &codes.staff);
        let holder_code = StaffCode::from(&*holder);
        let known = !holder.is_empty() && codes.staff.has(&holder);
        if known && deciding.is_some_and(|people| !people.contains(&holder_code)) {
            let args = [("value", &*holder)];
            row.fault("holder", FaultCode::HolderCannotDecide, &args);
        }
        let from = row.required_date("from");
        let to = row.date("to");
        if let (Some(from), Some(to)) = (from, to)
            && to < from
        {
            let (from, to) = (from.to_string(), to.to_string());
            let args = [("from", &*from), ("to", &*to)];
            row.fault("to", FaultCode::DatesReversed, &args);
        }
        let scope = scope(row, codes);
        Some(Authorisation {
            code: row.text("code").into(),
            name: row.required("name"),
            holder: holder_code,
            scope,
            from: from?,
            to,
        })
    })
}

fn scope(row: &mut Row<'_, '_>, codes: &Codes) -> ItemScope {
    let text = row.required("items");
    if let Some(department) = text.trim().strip_prefix('*') {
        row.check_reference("items", department, &codes.departments);
        return ItemScope::Department(DepartmentCode::from(department));
    }
    ItemScope::Items(listed(row.references("items", &codes.items)))
}

/// Reads seals, each with its police filing number (R131).
pub(super) fn seals(sheet: &Sheet, codes: &Codes, faults: &mut Faults) -> Vec<Seal> {
    sheet.rows(faults, |row| {
        Some(Seal {
            code: row.text("code").into(),
            name: row.required("name"),
            department: row.reference("department", &codes.departments).into(),
            police_no: row.required("police_no"),
            from: row.date("from"),
        })
    })
}

fn listed<C: From<String>>(codes: Vec<String>) -> Vec<C> {
    codes.into_iter().map(C::from).collect()
}
