//! Spreadsheets: encodings, delimiters, headers, sloppy cells; bad rows named, good rows kept.

use wangxun::model::seed::{PatrolList, RobotsPolicy, Sector, SeedKind};
use wangxun::seeds::{Loaded, import_csv_bytes, load_units};

fn import(bytes: &[u8]) -> Loaded<PatrolList> {
    let units = load_units(None).expect("bundled").value;
    import_csv_bytes(bytes, "表", "list.csv", &units)
}

/// Seeds as `id name start`, faults as `line:cell header: part of the message`.
fn check(bytes: &[u8], seeds: &[&str], faults: &[(usize, usize, &str)]) -> PatrolList {
    let loaded = import(bytes);
    let got: Vec<String> = loaded
        .value
        .seeds
        .iter()
        .map(|s| {
            let starts: Vec<&str> = s.start_urls.iter().map(|u| u.as_str()).collect();
            format!("{} {} {}", s.id, s.name, starts.join(" "))
        })
        .collect();
    let shown: Vec<String> = loaded.faults.iter().map(ToString::to_string).collect();
    assert_eq!(got, seeds, "{shown:#?}");
    assert_eq!(shown.len(), faults.len(), "{shown:#?}");
    for (fault, (line, cell, part)) in loaded.faults.iter().zip(faults) {
        assert_eq!((fault.line, fault.column), (*line, *cell), "{fault}");
        assert!(fault.to_string().contains(part), "{part:?} in {fault}");
    }
    loaded.value
}

const SHEET: &str = "名称,网址,领域,乡镇,类型\n甲平台,www.a.test,网贷,刘龙台镇,平台\n乙门户,https://b.test/x,互联网金融广告,义县,广告源\n";
const SEEDS: [&str; 2] = [
    "www-a-test 甲平台 http://www.a.test/",
    "b-test 乙门户 https://b.test/x",
];

#[test]
fn encodings_and_delimiters() {
    let list = check(SHEET.as_bytes(), &SEEDS, &[]);
    let [a, b] = list.seeds.as_slice() else {
        panic!("two seeds");
    };
    assert_eq!((a.sector, b.sector), (Sector::P2p, Sector::Advertising));
    assert_eq!((a.kind, b.kind), (SeedKind::Platform, SeedKind::AdSource));
    assert_eq!(a.region.as_deref(), Some("210727101"));
    assert_eq!(b.region.as_deref(), Some("210727"));
    let bom = [b"\xef\xbb\xbf", SHEET.as_bytes()].concat();
    check(&bom, &SEEDS, &[]);
    let (gbk, _, lost) = encoding_rs::GBK.encode(SHEET);
    assert!(!lost);
    check(&gbk, &SEEDS, &[]);
    let utf16: Vec<u8> = [0xfeff_u16]
        .into_iter()
        .chain(SHEET.replace(',', "\t").encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    check(&utf16, &SEEDS, &[]);
    check(SHEET.replace(',', ";").as_bytes(), &SEEDS, &[]);
    check(
        SHEET.replace(',', "\t").replace('\n', "\r\n").as_bytes(),
        &SEEDS,
        &[],
    );
}

#[test]
fn headers() {
    check(
        "url,name\na.test,甲\n".as_bytes(),
        &["a-test 甲 http://a.test/"],
        &[],
    );
    check(
        "义县巡查表,,\n序号,平台名称（全称）,网站地址*\n1,甲,a.test\n2,乙,b.test\n".as_bytes(),
        &["1 甲 http://a.test/", "2 乙 http://b.test/"],
        &[],
    );
    check(
        "名称,电话\n甲,1\n".as_bytes(),
        &[],
        &[(1, 0, "no header row with an address column")],
    );
    check(b"", &[], &[(1, 0, "no header row")]);
    check(
        "名称,网址,领城\n甲,a.test,网贷\n".as_bytes(),
        &["a-test 甲 http://a.test/"],
        &[(1, 3, "did you mean 领域?")],
    );
    check(
        "网址,网站\na.test,b.test\n".as_bytes(),
        &["a-test a.test http://a.test/"],
        &[(1, 2, "says the same")],
    );
}

#[test]
fn sloppy_cells() {
    check(
        "名称,网址\n 甲 ,\" ｈｔｔｐ：／／ａ．ｔｅｓｔ／ｘ \"\n乙,\"b.test；www.c.test\"\n丙,\"https://d.test http://e.test\"\n,f。test\n".as_bytes(),
        &[
            "a-test 甲 http://a.test/x",
            "b-test 乙 http://b.test/ http://www.c.test/",
            "d-test 丙 https://d.test/ http://e.test/",
            "f-test f.test http://f.test/",
        ],
        &[],
    );
    check(
        "名称,网址\n\n,\n甲,a.test\n".as_bytes(),
        &["a-test 甲 http://a.test/"],
        &[],
    );
    check(
        "名称,网址\n\"甲\n乙\",a.test\n丙,bad\n".as_bytes(),
        &["a-test 甲乙 http://a.test/"],
        &[(4, 2, "not an address")],
    );
}

#[test]
fn rows_with_errors_are_named_and_the_good_kept() {
    check(
        "编号,名称,网址,领域,乡镇,页数,间隔\n\
         a,甲,https://a.test,网贷,刘龙台镇,100,2\n\
         b,乙,,网贷,,,\n\
         a,丙,c.test,,,,\n\
         d,丁,a.test/,网袋,某某镇,many,0\n\
         e,戊,https://a.test,,,,\n\
         第六,己,f.test,,,,1分钟\n"
            .as_bytes(),
        &["a 甲 https://a.test/", "f-test 己 http://f.test/"],
        &[
            (3, 3, "the cell is empty"),
            (4, 1, "id \"a\" is taken"),
            (5, 4, "unknown sector \"网袋\""),
            (5, 5, "\"某某镇\" is not a regional unit"),
            (5, 6, "\"many\" is not a number of pages"),
            (5, 7, "\"0\" is not an interval"),
            (6, 3, "stands in line 2 too"),
            (7, 1, "\"第六\" is not an id"),
        ],
    );
}

#[test]
fn a_bad_row_takes_no_address_from_a_good_one() {
    check(
        "名称,网址,页数\n甲,a.test,many\n乙,a.test,5\n".as_bytes(),
        &["a-test 乙 http://a.test/"],
        &[(2, 3, "not a number of pages")],
    );
}

#[test]
fn a_legal_basis_is_carried_over() {
    let sheet = "名称,网址,法律依据\n甲,a.test,《防范和处置非法集资条例》第十九条\n乙,b.test,有\n";
    let list = check(
        sheet.as_bytes(),
        &["a-test 甲 http://a.test/"],
        &[(3, 3, "no written legal basis")],
    );
    let ignores = list
        .seeds
        .iter()
        .all(|s| matches!(s.robots, RobotsPolicy::Ignore { .. }));
    assert!(ignores);
}

#[test]
fn hostile_sheets_are_bounded() {
    check(
        b"\xff\xff\xff\xff,\x80\n",
        &[],
        &[(0, 0, "neither UTF-8 nor GBK")],
    );
    let sheets: [Vec<u8>; 6] = [
        b"PK\x03\x04\0\0\0\0".to_vec(),
        b"a\0b,c\n".to_vec(),
        vec![b','; 1_000_000],
        vec![b'"'; 1_000_000],
        ["名称,网址\n", &"甲".repeat(400_000), ",a.test\n"]
            .concat()
            .into_bytes(),
        ["名称,网址\n", &"甲,bad\n".repeat(100_000)]
            .concat()
            .into_bytes(),
    ];
    for sheet in sheets {
        let loaded = import(&sheet);
        assert!(!loaded.faults.is_empty());
        assert!(loaded.faults.len() <= 1001);
        assert!(loaded.value.seeds.is_empty());
    }
}
