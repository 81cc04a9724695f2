//! The errands page over a real hall in memory: an agent's day by keys (R140–R157, M5), the papers of the bag
//! (R148), and how many keys the main jobs take.

use banshi::i18n::Lang;
use serde_json::{Value, json};

use crate::hall_console::World;
use crate::support::desk::{Worker, client};

fn desk(world: &World, staff: &str) -> Worker {
    Worker::at(world, staff, "ge")
}

/// An order that an agent carries, with papers that a clerk took in and the agent holds; gives its id.
fn underway(world: &World, name: &str, papers: &[&str]) -> String {
    let order = world.call(
        "zhong",
        "proxy.open",
        json!({ "client": client(name), "items": ["P"] }),
    );
    let id = order["id"].as_str().unwrap().to_owned();
    world.call(
        "zhong",
        "proxy.accept",
        json!({ "order": id, "signed": true, "agent": "zhou" }),
    );
    for paper in papers {
        world.call(
            "zhou",
            "custody.receive",
            json!({ "order": id, "name": paper, "form": "original" }),
        );
    }
    world.call("zhou", "proxy.take", json!({ "order": id }));
    id
}

fn order(world: &World, id: &str) -> Value {
    world.call("zhong", "proxy.get", json!({ "order": id }))
}

#[test]
fn an_order_is_opened_accepted_and_taken_by_keys() {
    let world = World::small();
    let mut clerk = desk(&world, "zhong");
    clerk.shows("没有在办的委托");
    clerk.keys("n").text("王大娘").keys("<tab><tab><tab>");
    clerk.keys("sxp").keys("<enter><C-s>");
    // n, three fields passed, the item by its initials, the field left, the form sent.
    assert_eq!(clerk.pressed(), 1 + 3 + 3 + 2);
    clerk.shows("D202603020001 申请").shows("王大娘");

    // V133, R145, R146: signed, promised by default, the undertaker named at once.
    clerk.keys("a").shows("承办表已签字").shows("2026-03-20");
    clerk.keys("1<tab>").shows("不得晚于 2026-03-20");
    clerk.keys("<tab>zhou<enter><C-s>");
    assert_eq!(clerk.pressed(), 1 + 1 + 2 + 4 + 2);
    clerk.shows("@ 已指派").shows("○剩14天").shows("周庚");
    assert_eq!(clerk.commands(), ["proxy.open", "proxy.accept"]);

    let mut agent = desk(&world, "zhou");
    agent.shows("我承办的 1 单").keys("t");
    assert_eq!(agent.pressed(), 1);
    agent.shows("> 承办");
}

#[test]
fn an_order_begins_at_a_window_filled_in_from_the_ticket() {
    let world = World::small();
    world.call("zhong", "window.sign_on", json!({ "window": "w4" }));
    let ticket = json!({ "queue": "a", "visitor": client("王大娘"), "items": ["P"] });
    world.call("dao", "ticket.issue", ticket);
    let mut clerk = Worker::at(&world, "zhong", "gw");
    clerk.keys("13").shows("办理中");
    clerk.pressed();
    clerk
        .keys("d")
        .shows("登记委托")
        .shows("王大娘")
        .shows("事项P");
    clerk.keys("<C-s>");
    assert_eq!(clerk.pressed(), 2);
    clerk.shows("D202603020001 申请");
    let asked = clerk.last("proxy.open");
    assert!(
        asked["ticket"].is_string() && asked["client"].is_string(),
        "{asked}"
    );
}

#[test]
fn v133_an_order_that_is_not_signed_is_refused_and_the_form_keeps_what_was_typed() {
    let world = World::small();
    world.call(
        "zhong",
        "proxy.open",
        json!({ "client": client("王大娘"), "items": ["P"] }),
    );
    let mut clerk = desk(&world, "zhong");
    clerk.keys("a2<C-s>").shows("尚未签字");
    clerk.keys("<esc>").shows("? 申请");
}

#[test]
fn v136_an_item_that_the_law_wants_in_person_is_refused_by_name() {
    let world = World::small();
    let mut clerk = desk(&world, "zhong");
    clerk.keys("n").text("李四").keys("<tab><tab><tab>");
    clerk.text("S").keys("<enter><C-s>").shows("依法须本人到场");
}

#[test]
fn the_whole_errand_by_keys_until_the_follow_up() {
    let world = World::small();
    let id = underway(&world, "王大娘", &["户口簿"]);
    let mut agent = desk(&world, "zhou");
    agent
        .keys("l")
        .keys("mz")
        .keys("<enter>")
        .text("递交材料")
        .keys("<C-s>");
    agent.shows("民政局  递交材料").keys("s<C-s>");
    agent.pressed();
    agent.keys("d1<C-s>").shows("! 有结果");
    assert_eq!(agent.pressed(), 3);
    agent
        .keys("r")
        .text("已办成，明天送上门")
        .keys("<C-s>")
        .shows("~ 已回复");
    assert_eq!(agent.pressed(), 2);
    // V134: it does not close while a paper is in our hands, and the refusal says whose.
    agent.keys("y<C-s>").shows("仍在 周庚 手中").keys("<esc>");
    agent.keys("mb<C-s>").shows("委托人").keys("y<C-s>");
    assert_eq!(order(&world, &id)["state"], "completed");
    // R10: the agent does not ask about their own work; a clerk does.
    assert!(!agent.footer().contains("回访"), "{}", agent.footer());
    let mut clerk = desk(&world, "zhong");
    clerk.shows(". 办结").shows("回访03-09").keys("f1<C-s>");
    assert_eq!(order(&world, &id)["satisfied"], true);
    clerk.hides("王大娘").keys("z").shows("已回访");
}

#[test]
fn r148_offered_papers_are_the_first_line_and_three_keys_take_them() {
    let world = World::small();
    underway(&world, "王大娘", &["户口簿", "身份证", "照片"]);
    let mut giver = desk(&world, "zhou");
    giver.shows("我手中材料 3 份");
    // Into the papers, two marked, handed to another by name.
    giver
        .keys("<enter><space><space>mo")
        .shows("2 份：户口簿、身份证");
    giver.keys("wu").keys("<enter><C-s>");
    assert_eq!(giver.pressed(), 3 + 2 + 2 + 2);
    giver.shows("周庚 > 吴辛");

    let mut taker = desk(&world, "wu");
    let picture = taker.picture();
    let first = picture.lines().nth(1).unwrap();
    assert!(first.starts_with("▲ 有人移交给您 2 份材料"), "{first}");
    assert!(taker.footer().starts_with("mt"), "{}", taker.footer());
    taker
        .keys("mt")
        .shows("签收这 2 份材料？")
        .shows("户口簿（原件）自 周庚")
        .keys("y");
    assert_eq!(taker.pressed(), 3);
    taker.shows("我手中材料 2 份").hides("有人移交给您");

    giver.settle().shows("我手中材料 1 份");
    giver.shows("交接：照片").keys("<up><up>").shows("吴辛");
}

#[test]
fn m5_an_order_is_not_taken_before_its_papers_are() {
    let world = World::small();
    let order = world.call(
        "zhong",
        "proxy.open",
        json!({ "client": client("王大娘"), "items": ["P"] }),
    );
    let id = &order["id"];
    let receive = json!({ "order": id, "name": "户口簿", "form": "original" });
    let paper = world.call("zhong", "custody.receive", receive);
    world.call(
        "zhong",
        "proxy.accept",
        json!({ "order": id, "signed": true, "agent": "zhou" }),
    );
    world.call(
        "zhong",
        "custody.offer",
        json!({ "papers": [paper["id"]], "to": "zhou" }),
    );
    let mut agent = desk(&world, "zhou");
    agent.keys("t").shows("先“接收原件”再接办");
    agent.keys("mtyt").shows("> 承办");
    assert_eq!(agent.commands(), ["custody.take", "proxy.take"]);
}

#[test]
fn papers_go_to_a_department_and_back_to_the_client() {
    let world = World::small();
    let id = underway(&world, "王大娘", &["户口簿", "照片"]);
    let mut agent = desk(&world, "zhou");
    agent
        .keys("<enter><space>md")
        .keys("mz")
        .keys("<enter><C-s>");
    agent.shows("民政局");
    agent.keys("<esc>mb<C-s>");
    assert_eq!(order(&world, &id)["in_our_hands"], 0);
    // What went back is still told, hand by hand.
    agent
        .shows("材料 2 份")
        .keys("<enter><up>")
        .shows("民政局 签收");
}

#[test]
fn an_order_with_its_papers_looks_like_this() {
    let world = World::small();
    underway(&world, "王大娘", &["户口簿", "身份证"]);
    let picture = desk(&world, "zhou").picture();
    let shown: Vec<&str> = picture.lines().skip(1).take(3).collect();
    let list = [
        "我承办的 1 单 · 我手中材料 2 份",
        "  编号          阶段       期限       委托人    事项             承办人     材料",
        "▸ D202603020001 > 承办     ○剩14天    王大娘    事项P            周庚          2",
    ];
    assert_eq!(shown, list);
    let shown: Vec<&str> = picture.lines().skip(9).take(6).collect();
    let detail = [
        "D202603020001  > 承办  代办             │  材料 2 份     份数   在谁手中",
        "委托人：王大娘  13800000000             │  户口簿        原件   周庚",
        "事项：事项P  民政局                     │  身份证        原件   周庚",
        "承办人：周庚                            │",
        "承诺答复：2026-03-20  ○剩14天           │交接：户口簿",
        "经过                                    │09:00  周庚 收自委托人",
    ];
    assert_eq!(shown, detail);
}

#[test]
fn papers_come_in_one_form_each() {
    let world = World::small();
    underway(&world, "王大娘", &[]);
    let mut agent = desk(&world, "zhou");
    agent.shows("没有交来的材料");
    agent.keys("mr").text("户口簿").keys("<C-s>");
    assert_eq!(agent.pressed(), 3);
    agent.shows("户口簿：在周庚手中").shows("周庚 收自委托人");
}

#[test]
fn what_cannot_be_done_says_why_and_is_not_in_the_footer() {
    let world = World::small();
    underway(&world, "王大娘", &["户口簿"]);
    let mut agent = desk(&world, "zhou");
    let footer = agent.footer();
    assert!(
        footer.contains("行程") && !footer.contains("受理"),
        "{footer}"
    );
    agent.keys("a").shows("处于“承办”，现在不能“受理委托”");
    agent.keys("f").shows("您的岗位不能");
    // R145: only the undertaker goes the ways.
    let mut other = desk(&world, "wu");
    other.shows("没有您承办的委托").keys("z").shows("在办 1 单");
    assert!(!other.footer().contains("行程"), "{}", other.footer());
    assert!(agent.commands().is_empty());
}

#[test]
fn suspending_resuming_and_withdrawing() {
    let world = World::small();
    let id = underway(&world, "王大娘", &[]);
    let mut agent = desk(&world, "zhou");
    agent.keys("p").text("等委托人补证明").keys("<C-s>");
    agent.shows("= 中止").shows("逾期终止");
    agent.keys("u").shows("> 承办");
    agent.keys("w").text("本人改为自己来办").keys("<C-s>");
    assert_eq!(order(&world, &id)["state"], "closed_withdrawn");
    agent.shows("没有您承办的委托");
}

#[test]
fn late_promises_stand_out_with_a_sign_and_come_first() {
    let mut world = World::small();
    underway(&world, "王大娘", &[]);
    let order = world.call(
        "zhong",
        "proxy.open",
        json!({ "client": client("李四"), "items": ["P"] }),
    );
    let id = &order["id"];
    world.call(
        "zhong",
        "proxy.accept",
        json!({ "order": id, "signed": true, "promised_on": "2026-03-04", "agent": "zhou" }),
    );
    world.call("zhou", "proxy.take", json!({ "order": id }));
    world.go("2026-03-05T09:00");
    let mut agent = desk(&world, "zhou");
    agent.shows("■超1天").shows("超期 1 单");
    let picture = agent.picture();
    assert!(picture.find("李四") < picture.find("王大娘"), "{picture}");
    agent
        .keys("/")
        .text("王大娘")
        .keys("<enter>")
        .hides("李四")
        .shows("筛选：王大娘");
    agent.keys("<esc>").shows("李四");
}

#[test]
fn a_number_under_the_colon_finds_an_order_that_is_closed() {
    let world = World::small();
    let id = underway(&world, "王大娘", &[]);
    world.call(
        "zhou",
        "proxy.unable",
        json!({ "order": id, "reason": "政策不允许" }),
    );
    let mut agent = desk(&world, "zhou");
    agent
        .hides("王大娘")
        .keys(":")
        .text("D202603020001")
        .keys("<enter>");
    agent.shows("王*娘").shows("x 无法代办");
    agent
        .keys(":")
        .text("D209901010001")
        .keys("<enter>")
        .shows("没有编号");
}

#[test]
fn a_move_of_the_selection_stays_within_its_bytes() {
    let world = World::small();
    for name in ["王大娘", "李四", "张三"] {
        underway(&world, name, &["户口簿", "身份证"]);
    }
    for size in [(80, 24), (60, 20), (160, 50)] {
        let mut agent = Worker::sized(&world, "zhou", "ge", size, Lang::ZhCn);
        for keys in ["<down>", "<up>"] {
            let bytes = agent.bytes_of(keys);
            assert!(
                (1..=64).contains(&bytes),
                "{bytes} bytes for {keys} at {size:?}"
            );
        }
        agent.keys("<enter>");
        let bytes = agent.bytes_of("<down>");
        assert!(
            bytes < 1000,
            "{bytes} bytes for a paper and its way at {size:?}"
        );
    }
}

#[test]
fn it_works_in_sixty_columns_and_in_english() {
    let world = World::small();
    underway(&world, "王大娘", &["户口簿", "身份证"]);
    let mut narrow = Worker::sized(&world, "zhou", "ge", (60, 20), Lang::ZhCn);
    narrow
        .shows("> 承办")
        .shows("○剩14天")
        .shows("王大娘")
        .shows("承诺答复");
    narrow
        .keys("<enter>")
        .shows("户口簿")
        .shows("身份证")
        .shows("交接：户口簿");
    narrow.keys("<esc>").shows("承诺答复");
    let mut english = Worker::sized(&world, "zhou", "ge", (80, 24), Lang::En);
    english
        .shows("my orders 1")
        .shows("> under way")
        .shows("14 d left");
    english
        .resize(160, 50)
        .shows("handovers: 户口簿")
        .shows("promised for");
    assert!(!english.picture().contains('⟦'), "{}", english.picture());
}
