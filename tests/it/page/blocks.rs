//! Blocks, roles, hidden text, cards, tables, containers, links.

use super::{assert_exact, block, read, text, texts};
use wangxun::model::identity::FactKind;
use wangxun::model::page::{BlockRole, LinkKind};

/// The body's block texts.
fn body(html: &str) -> Vec<String> {
    let page = read(html);
    assert_exact(&page);
    texts(&page).into_iter().map(str::to_owned).collect()
}

#[test]
fn figures_and_their_labels_stand_together() {
    for (html, wanted) in [
        (
            "<p><span>预期年化</span><b>12</b><i>%</i></p>",
            "预期年化12%",
        ),
        (
            "<div class=card><div>12.5%</div><div>预期年化收益</div></div>",
            "12.5%  预期年化收益",
        ),
        (
            "<dl><dt>年化收益</dt><dd>12%</dd><dt>期限</dt><dd>90天</dd></dl>",
            "年化收益  12%  期限  90天",
        ),
        ("<ul><li>最高年化<li><b>20.0%</b></ul>", "最高年化  20.0%"),
        ("<p>项目期限<br>90天</p>", "项目期限  90天"),
        (
            "<li><h3>月月盈</h3><div><p>6.5~10%</p><p>平均年化收益</p></div><a href=/buy>立即抢购</a></li>",
            "月月盈  6.5~10%  平均年化收益  立即抢购",
        ),
    ] {
        assert_eq!(body(html), [wanted], "{html}");
    }
}

#[test]
fn cards_of_a_list_stay_apart() {
    let card = |name: &str, rate: &str| {
        format!("<div class=item><p>{name}</p><p><em>{rate}</em>%</p><p>年化收益</p></div>")
    };
    let html = format!(
        "<div>{}{}{}</div>",
        card("甲计划", "8"),
        card("乙计划", "12"),
        card("丙计划", "15")
    );
    assert_eq!(
        body(&html),
        [
            "甲计划  8%  年化收益",
            "乙计划  12%  年化收益",
            "丙计划  15%  年化收益"
        ]
    );
}

#[test]
fn headlines_and_paragraphs_stay_apart() {
    assert_eq!(
        body(
            "<ul><li><a href=/1>青山县召开金融工作会议</a></li><li><a href=/2>绿水平台被查处的教训</a></li></ul>"
        ),
        ["青山县召开金融工作会议", "绿水平台被查处的教训"]
    );
    assert_eq!(
        body("<div><p>第一段讲清楚了一件事情。</p><p>第二段讲清楚了另一件事情。</p></div>"),
        ["第一段讲清楚了一件事情。", "第二段讲清楚了另一件事情。"]
    );
}

#[test]
fn rows_are_blocks_and_know_their_header() {
    let page = read(
        "<table><tr><th>产品</th><th>年化收益</th><th>期限</th></tr>\
         <tr><td>稳盈一号</td><td>12%</td><td>90天</td></tr><tr><td>稳盈二号</td><td>15%</td><td>180天</td></tr></table>",
    );
    assert_exact(&page);
    assert_eq!(
        texts(&page),
        [
            "产品  年化收益  期限",
            "稳盈一号  12%  90天",
            "稳盈二号  15%  180天"
        ]
    );
    let row = block(&page, "15%");
    assert_eq!(row.role, BlockRole::Cell);
    assert_eq!(
        page.text.get(row.header.clone().expect("header")),
        Some("产品  年化收益  期限")
    );
    assert!(
        row.path.ends_with("tbody > tr:nth-of-type(3)"),
        "{}",
        row.path
    );
}

#[test]
fn long_cells_are_paragraphs_of_their_own() {
    let long = "这是一个排版用的表格，里面是整段的文字，不是数据。".repeat(5);
    let page = read(&format!(
        "<table><tr><td>菜单</td><td>{long}</td></tr></table>"
    ));
    assert_exact(&page);
    assert_eq!(block(&page, "整段").role, BlockRole::Paragraph);
    assert_eq!(page.blocks.len(), 2);
}

#[test]
fn roles() {
    let page = read(
        "<title>青山财富</title><meta name=Description content='稳健 理财'><meta name=author content=某人>\
         <nav><a href=/>首页</a><a href=/a>关于</a></nav><h1>理财产品</h1>\
         <p>本平台提供的产品均有风险，投资前请仔细阅读说明书。</p>\
         <blockquote>承诺保本保息的都是骗局，请勿相信。</blockquote>\
         <ul><li>第一条说明文字</li></ul><button>立即投资</button><img alt='青山财富宣传海报' src=a.jpg>\
         <div class=footer>联系我们</div><p>© 2015 青山财富管理有限公司</p>",
    );
    assert_exact(&page);
    for (needle, role) in [
        ("稳健 理财", BlockRole::Meta),
        ("首页", BlockRole::Nav),
        ("理财产品", BlockRole::Heading),
        ("本平台", BlockRole::Paragraph),
        ("骗局", BlockRole::Quote),
        ("第一条", BlockRole::ListItem),
        ("立即投资", BlockRole::Control),
        ("海报", BlockRole::ImageAlt),
        ("联系", BlockRole::Footer),
        ("2015", BlockRole::Footer),
    ] {
        assert_eq!(block(&page, needle).role, role, "{needle}");
    }
    assert_eq!(page.title, "青山财富");
    assert_eq!(page.blocks[0].role, BlockRole::Title);
    assert_eq!(page.metas[1], ("author".to_owned(), "某人".to_owned()));
    assert!(
        page.facts
            .iter()
            .any(|f| f.kind == FactKind::Company && f.value == "青山财富管理有限公司")
    );
}

#[test]
fn short_links_in_plenty_are_a_menu() {
    let page = read(
        "<div><a href=/1>首页</a> <a href=/2>我要理财</a> <a href=/3>我要借款</a> <a href=/4>帮助</a></div>",
    );
    assert_eq!(page.blocks[0].role, BlockRole::Nav);
    let page = read(
        "<div>年化收益：<a href=/1>不限</a> <a href=/2>10%以下</a> <a href=/3>10%-15%</a> <a href=/4>15%以上</a></div>",
    );
    assert_eq!(page.blocks[0].role, BlockRole::Nav);
}

#[test]
fn hidden_text_is_told_apart() {
    let page = read(
        "<p>保<span style='font-size:0'>干扰文字</span>本</p><div style='display:none'><p>隐藏的一段</p></div>\
         <p hidden>也是隐藏</p><input type=hidden value=秘密><p style='opacity:.5'>看得见</p>",
    );
    assert_exact(&page);
    assert!(!block(&page, "保本").hidden);
    assert!(block(&page, "干扰文字").hidden);
    assert!(block(&page, "隐藏的一段").hidden);
    assert!(block(&page, "也是隐藏").hidden);
    assert!(!block(&page, "看得见").hidden);
    assert!(!page.text.contains("秘密"));
}

#[test]
fn code_styles_and_templates_leave_no_text() {
    let page = read(
        "<style>p{color:red}</style><script>var a='<p>脚本</p>';</script><template><p>模板</p></template>\
         <!-- 注释 --><p>预期年化${rate}<%= rate %>{{ rate }}<?php echo $rate ?>%&nbsp;起&lt;投</p>\
         <c:if test='${a > b}'><b>新手</b></c:if><noscript>没有脚本</noscript>",
    );
    assert_exact(&page);
    assert_eq!(texts(&page), ["预期年化% 起<投", "新手"]);
    assert!(page.notes.iter().any(|n| n.code == "template-residue"));
}

#[test]
fn noscript_is_read_only_on_empty_pages() {
    assert_eq!(
        body("<body><div id=app></div><noscript><p>请打开脚本</p></noscript>"),
        ["请打开脚本"]
    );
    assert_eq!(
        body("<p>正文</p><noscript><p>请打开脚本</p></noscript>"),
        ["正文"]
    );
}

#[test]
fn controls_and_choices() {
    let page = read(
        "<form action=/go><input placeholder='请输入手机号'><select><option>日利率<option>月利率</select>\
         <input type=submit value=立即申请></form><textarea>第一条 甲方\n第二条 乙方</textarea>",
    );
    assert_exact(&page);
    for needle in ["请输入手机号", "日利率  月利率", "立即申请"] {
        assert_eq!(block(&page, needle).role, BlockRole::Control, "{needle}");
    }
    assert!(page.text.contains("第一条 甲方"));
    assert_eq!(
        page.links
            .iter()
            .filter(|l| l.kind == LinkKind::Form)
            .count(),
        1
    );
}

#[test]
fn advertisement_containers() {
    let page = read(
        "<div class=header>青山新闻网</div><article><h1>央行发布公告</h1><p>正文说的是存款利率的变化。</p></article>\
         <div class='sidebar'><div class='ad-box left'><p>日赚三百，加微信领取</p><div class=ads>里面的一层</div>\
         <a href='https://ad.lvshui.test/go#x'>点击了解</a></div>\
         <div><span>广告</span><a href='https://lvshui.test/loan'>黑户可贷，秒批到账</a></div>\
         <a rel='sponsored nofollow' href='https://lvshui.test/c'>赞助内容</a>\
         <iframe src='https://cdn.lvshui.test/f' width=300 height=250></iframe>\
         <iframe src='/own' width=300 height=250></iframe></div>\
         <div class='download loading shadow'>下载客户端</div>",
    );
    assert_exact(&page);
    assert_eq!(block(&page, "正文").slot, None);
    assert_eq!(block(&page, "青山新闻网").slot, None);
    assert_eq!(block(&page, "下载").slot, None);
    let first = block(&page, "日赚三百").slot.expect("by class");
    assert_eq!(
        block(&page, "里面的一层").slot,
        Some(first),
        "the outermost counts"
    );
    let second = block(&page, "黑户可贷").slot.expect("by its mark");
    let third = block(&page, "赞助内容").slot.expect("by rel");
    assert!(first != second && second != third && first != third);
    let sponsored: Vec<_> = page
        .links
        .iter()
        .filter(|l| l.sponsored)
        .map(|l| l.url.as_str())
        .collect();
    assert_eq!(
        sponsored,
        [
            "https://ad.lvshui.test/go",
            "https://lvshui.test/loan",
            "https://lvshui.test/c",
            "https://cdn.lvshui.test/f"
        ]
    );
    assert_eq!(page.links[0].slot, Some(first));
}

#[test]
fn a_page_is_no_advertisement_of_itself() {
    let long = "新闻正文一句话接着一句话。".repeat(80);
    let page = read(&format!(
        "<div id=ad class=ads><h1>标题</h1><p>{long}</p></div><p>尾</p>"
    ));
    assert!(page.blocks.iter().all(|b| b.slot.is_none()));
}

#[test]
fn links_of_all_kinds() {
    let page = read(
        "<head><base href='/base/'><meta http-equiv=refresh content='3; url=next.html'></head>\
         <a href='x.html#top' title=提示>去 <b>看看</b></a><a href='javascript:void(0)'>不去</a><a href='#'>也不去</a>\
         <map><area href=//other.test/m alt=地图></map><frameset><frame src=left.html></frameset>\
         <a href='mailto:kf@qingshan.test'>写信</a><a href='http://wpa.qq.com/msgrd?uin=123454321'>客服</a>\
         <img src=b.png><script>window.location.href='/jump';</script>",
    );
    let found: Vec<_> = page
        .links
        .iter()
        .map(|l| (l.kind, l.url.as_str(), l.text.as_str()))
        .collect();
    assert_eq!(
        found,
        [
            (
                LinkKind::Refresh,
                "https://www.qingshan.test/base/next.html",
                ""
            ),
            (
                LinkKind::Anchor,
                "https://www.qingshan.test/base/x.html",
                "去 看看"
            ),
            (LinkKind::Anchor, "https://other.test/m", "地图"),
            (
                LinkKind::Frame,
                "https://www.qingshan.test/base/left.html",
                ""
            ),
            (
                LinkKind::Anchor,
                "http://wpa.qq.com/msgrd?uin=123454321",
                "客服"
            ),
            (
                LinkKind::Resource,
                "https://www.qingshan.test/base/b.png",
                ""
            ),
            (LinkKind::Refresh, "https://www.qingshan.test/jump", ""),
        ]
    );
    let values: Vec<_> = page.facts.iter().map(|f| f.value.as_str()).collect();
    assert_eq!(values, ["kf@qingshan.test", "123454321"]);
}

#[test]
fn a_block_in_one_link_has_its_address() {
    let page = read("<a href=/p><div><p>12%</p><p>年化</p></div></a><p>看<a href=/q>这里</a></p>");
    assert_eq!(
        block(&page, "12%").href.as_ref().map(|u| u.path()),
        Some("/p")
    );
    assert_eq!(block(&page, "这里").href, None);
}

#[test]
fn scripts_tell_who_counts_the_visits() {
    let page = read(
        "<script>hm.src='//hm.baidu.com/hm.js?0123456789abcdef0123456789abcdef'</script><p>文</p>",
    );
    assert_eq!(page.facts[0].kind, FactKind::Analytics);
    assert_eq!(page.facts[0].span, None);
}

#[test]
fn plain_texts_are_read_line_by_line() {
    let page =
        wangxun::page::read_text("\u{feff}第一行  有空格\r\n\r\n  第二行 电话13912345670 \n");
    assert_exact(&page);
    assert_eq!(texts(&page), ["第一行  有空格", "第二行 电话13912345670"]);
    assert_eq!(page.facts[0].kind, FactKind::Mobile);
    assert_eq!(text(&page, &page.blocks[1]), "第二行 电话13912345670");
}
