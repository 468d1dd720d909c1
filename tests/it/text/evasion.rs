//! True claims written in every evasive way of the catalogue, and how many are read back.
//!
//! The substitutions stand here and are not read from `lexicons/`, so that the figures say something about
//! spellings that the tables have never seen.

use super::dictionary_normaliser;
use std::sync::OnceLock;
use wangxun::lexicons::dictionary;
use wangxun::model::tokens::Tokenizer;
use wangxun::text::{Normaliser, Segmenter};

/// A hundred claims.
const CLAIMS: &str = "
保本保息 稳赚不赔 零风险高回报 本金安全有保障 保证收益 年化收益18% 月息2分 日返2% 承诺回购 刚性兑付
只赚不赔 高收益低风险 固定收益按月付息 资金绝对安全 亏损包赔 到期还本付息 收益秒杀银行 投资翻倍 静态收益30% 躺着赚钱
无抵押贷款 当天放款 不看征信 黑户可贷 秒批秒下款 信用贷款利息低 仅凭身份证贷款 百分百下款 包下款 额度高放款快
房产抵押贷款 汽车抵押不押车 首付贷 零首付购车 学生贷 小额贷款 银行贷款 过桥垫资 民间借款 急用钱找我
信用卡套现 花呗套现秒到 信用卡代还 提额 征信修复 征信洗白 代理退保 停息挂账 反催收 债务优化
免费荐股 老师带单 内幕消息 涨停板战法 牛股推荐 操盘手建群 股票配资 十倍杠杆 跟单稳赚 主力拉升
原始股认购 即将上市 股权众筹 入股分红 私募基金 股东招募 定向融资 债权转让 收益权转让 信托产品
虚拟货币投资 比特币挖矿 算力租赁 数字藏品 稳定币理财 质押生息 炒币合约带单 区块链项目 矿机托管 平台币
消费返利 拉人头奖励 推荐奖 团队收益 三级分销 资金盘 互助盘 刷单返佣 跑分平台 直推奖
国家扶持项目 央视报道 银监会备案 国企背景 专家推荐 政府兜底 行业第一 最高收益 最安全 银行托管
";

/// Innocent sentences that are treated in the same way where a treatment applies; none may turn into a claim.
const CARRIERS: [(&str, &str); 4] = [
    ("我公司", ",详询王经理"),
    ("【某某投资】", ",欢迎来电"),
    ("本平台", "。名额有限"),
    ("", ""),
];

/// Readings of characters, for pinyin and ruby.
const READINGS: &str = "
保bao 本ben 息xi 稳wen 赚zhuan 不bu 赔pei 零ling 风feng 险xian 高gao 回hui 报bao 金jin 安an 全quan 证zheng 收shou 益yi 年nian 化hua 月yue 分fen 日ri 返fan 承cheng 诺nuo 购gou 刚gang 性xing 兑dui 付fu
低di 固gu 定ding 资zi 绝jue 对dui 亏kui 损sun 包bao 到dao 期qi 还huan 秒miao 杀sha 银yin 行hang 投tou 翻fan 倍bei 静jing 态tai 躺tang 钱qian 无wu 抵di 押ya 贷dai 款kuan 当dang 天tian 放fang 看kan 征zheng 信xin 黑hei 户hu
批pi 下xia 用yong 利li 仅jin 凭ping 身shen 份fen 百bai 额e 度du 快kuai 房fang 产chan 汽qi 车che 首shou 学xue 生sheng 小xiao 过guo 桥qiao 垫dian 民min 间jian 借jie 急ji 卡ka 套tao 现xian 花hua 代dai 提ti 修xiu 复fu 洗xi 白bai 理li 退tui
停ting 挂gua 反fan 催cui 债zhai 务wu 优you 免mian 费fei 荐jian 股gu 老lao 师shi 带dai 单dan 内nei 幕mu 消xiao 涨zhang 板ban 战zhan 法fa 牛niu 推tui 操cao 盘pan 手shou 建jian 群qun 票piao 配pei 杠gang 杆gan 跟gen 主zhu 力li 拉la 升sheng
原yuan 始shi 认ren 上shang 市shi 权quan 众zhong 筹chou 入ru 红hong 私si 募mu 基ji 东dong 招zhao 定ding 向xiang 融rong 转zhuan 让rang 托tuo 品pin 虚xu 拟ni 货huo 币bi 比bi 特te 挖wa 矿kuang 算suan 租zu 赁lin 数shu 字zi 藏cang 质zhi
炒chao 合he 约yue 区qu 块kuai 链lian 项xiang 目mu 机ji 管guan 平ping 台tai 人ren 头tou 奖jiang 励li 团tuan 队dui 级ji 销xiao 互hu 助zhu 刷shua 佣yong 跑pao 直zhi 国guo 家jia 扶fu 持chi 央yang 视shi 监jian 会hui 备bei 案an 企qi 背bei 景jing
专zhuan 政zheng 府fu 兜dou 底di 第di 最zui 业ye 财cai 富fu 先xian 名ming 公gong 司si 产chan 物wu 倍bei
";

/// Characters that sound alike.
const SOUNDALIKES: &str = "
保宝 保饱 本苯 本奔 息西 息希 息吸 稳吻 赚撰 赚转 赔陪 赔培 风疯 险显 险县 高膏 回茴 报抱 金今 安胺 全泉 收受 益易 益忆 年粘 化话 返反 返贩 购够 购构 兑队 付负 付附 低底 固故 资姿 资咨 亏窥 损笋 包胞
期其 秒渺 银寅 银吟 投头 翻帆 倍辈 静净 态太 躺淌 钱前 钱浅 无吾 抵底 抵低 押鸭 押压 贷代 贷待 贷袋 款宽 放访 征正 征争 信芯 信新 黑嘿 户护 批皮 用佣 利力 利例 凭平 百摆 额鹅 快块 房防 产铲
首守 学穴 桥乔 垫电 垫店 民泯 借介 借戒 急及 卡咔 套桃 现线 花划 提题 修羞 复付 洗喜 白柏 理李 理里 退腿 停亭 挂卦 催崔 债寨 务物 优忧 免勉 费肺 荐建 荐见 股古 股谷 师狮 带代 单丹 幕墓 消削
涨掌 涨长 板版 战站 牛扭 推腿 操糙 盘磐 手首 群裙 票漂 配佩 配陪 杠钢 跟根 拉啦 升生 原元 原圆 始史 始使 认任 市事 权全 权泉 众重 筹愁 筹仇 入如 红洪 私司 私思 募木 募目 基机 基积 融容 转专
让嚷 托拖 品聘 虚须 拟尼 货或 币毕 币闭 特忒 挖蛙 矿况 算蒜 租组 赁淋 藏仓 质智 炒吵 约月 区曲 块快 链练 项像 目木 管馆 台抬 头投 奖讲 励力 团抟 队对 级集 销消 互护 助住 刷唰 佣用 跑袍 直值
国果 家加 扶福 持池 央秧 视事 监尖 会惠 备被 案按 企起 背贝 景井 专砖 政正 府斧 兜都 底低 最嘴 业夜 财才 富付
";

/// Simplified and traditional (or variant) characters.
const TRADITIONAL: &str = "
稳穩 赚賺 赔賠 风風 险險 报報 证證 资資 绝絕 对對 亏虧 损損 到到 还還 银銀 静靜 态態 钱錢 无無 贷貸 征徵 户戶 汽汽 车車 学學 过過 桥橋 垫墊 间間 复復 产產 债債 务務 优優 费費 荐薦 师師 带帶 单單 内內 涨漲 战戰 盘盤 杠槓 杆桿 权權
众眾 筹籌 红紅 东東 转轉 让讓 虚虛 拟擬 货貨 币幣 矿礦 赁賃 数數 质質 约約 区區 块塊 链鏈 项項 机機 励勵 团團 队隊 级級 国國 视視 监監 会會 备備 专專 业業 财財 购購 兑兌 额額 员員 诺諾 刚剛 奖獎 贝貝 优優 实實 认認 荐薦 黑黑 组組 广廣
";

/// Characters and their parts.
const PARTS: &str = "保亻呆 贷代贝 钱钅戋 利禾刂 债亻责 股月殳 低亻氐 抵扌氐 押扌甲 信亻言 银钅艮 赚贝兼 息自心 征彳正 资次贝 矿石广 跟足艮 私禾厶 证讠正 配酉己 租禾且 拉扌立 挖扌穴乙 洗氵先";

const SEPARATORS: [&str; 12] = [" ", ".", "*", "·", "_", "-", "丨", "&", "…", "|", "~", "^"];
const EMOJI: [&str; 10] = ["🔥", "💰", "✅", "🌟", "❤️", "🎉", "👍", "💥", "🍀", "🚀"];
const INVISIBLE: [&str; 6] = [
    "\u{200B}", "\u{200C}", "\u{200D}", "\u{2060}", "\u{FEFF}", "\u{AD}",
];

fn claims() -> Vec<&'static str> {
    CLAIMS.split_whitespace().collect()
}

/// Spellings of a character in one of the tables above (character, then what stands for it).
fn spellings(table: &'static str, ch: char) -> Vec<&'static str> {
    table
        .split_whitespace()
        .filter_map(|row| row.strip_prefix(ch))
        .filter(|rest| !rest.starts_with(ch))
        .collect()
}

/// The claim with one of its characters (the `turn`th that can be) written otherwise.
fn with_one(claim: &str, turn: usize, spell: impl Fn(char) -> Vec<String>) -> Option<String> {
    let chars: Vec<char> = claim.chars().collect();
    let options: Vec<(usize, String)> = chars
        .iter()
        .enumerate()
        .flat_map(|(i, ch)| spell(*ch).into_iter().map(move |s| (i, s)))
        .collect();
    let (place, spelling) = options.get(turn % options.len().max(1))?;
    Some(
        chars
            .iter()
            .enumerate()
            .map(|(i, ch)| {
                if i == *place {
                    spelling.clone()
                } else {
                    ch.to_string()
                }
            })
            .collect(),
    )
}

/// The claim with a mark inside one of its words.
fn inside_a_word(claim: &str, turn: usize, mark: &str) -> Option<String> {
    let words = segmenter().words(claim);
    let places: Vec<usize> = words
        .into_iter()
        .flat_map(|w| {
            claim[w.clone()]
                .char_indices()
                .skip(1)
                .map(move |(i, _)| w.start + i)
                .collect::<Vec<_>>()
        })
        .collect();
    let place = *places.get(turn % places.len().max(1))?;
    Some(format!("{}{mark}{}", &claim[..place], &claim[place..]))
}

fn segmenter() -> &'static Segmenter {
    static SEGMENTER: OnceLock<Segmenter> = OnceLock::new();
    SEGMENTER.get_or_init(|| Segmenter::new(&dictionary::load(None).expect("embedded dictionary")))
}

fn joined(claim: &str, mark: &str) -> String {
    claim
        .chars()
        .map(String::from)
        .collect::<Vec<_>>()
        .join(mark)
}

fn full_width(ch: char) -> Vec<String> {
    let wide = char::from_u32(u32::from(ch) + 0xFEE0).map(String::from);
    match ch {
        '0'..='9' => {
            let digit = u32::from(ch) - u32::from('0');
            let bold = char::from_u32(0x1D7CE + digit).map(String::from);
            let circled = (digit > 0)
                .then(|| char::from_u32(0x245F + digit))
                .flatten()
                .map(String::from);
            let black = (digit > 0)
                .then(|| char::from_u32(0x2789 + digit))
                .flatten()
                .map(String::from);
            [wide, bold, circled, black].into_iter().flatten().collect()
        }
        _ => Vec::new(),
    }
}

fn owned(list: Vec<&'static str>) -> Vec<String> {
    list.into_iter().map(String::from).collect()
}

/// One evasive spelling of the claim, `turn` varies it; `None` where the class does not apply.
fn evaded(class: &str, claim: &str, turn: usize) -> Option<String> {
    match class {
        "OB-a" => with_one(claim, turn, |ch| owned(spellings(READINGS, ch))),
        "OB-b" => with_one(claim, turn, |ch| owned(spellings(SOUNDALIKES, ch))),
        "OB-c" => Some(joined(claim, SEPARATORS[turn % SEPARATORS.len()])),
        "OB-d" => {
            let whole: String = claim
                .chars()
                .map(|ch| {
                    spellings(TRADITIONAL, ch)
                        .first()
                        .map_or(ch.to_string(), |s| (*s).to_owned())
                })
                .collect();
            (whole != claim).then_some(whole)
        }
        "OB-e" => with_one(claim, turn, full_width),
        "OB-g" => Some(
            claim
                .chars()
                .map(|ch| match spellings(READINGS, ch).first() {
                    Some(reading) => format!("{ch}({reading})"),
                    None => ch.to_string(),
                })
                .collect(),
        ),
        "OB-h" => with_one(claim, turn, |ch| {
            (!ch.is_ascii())
                .then(|| format!("&#{};", u32::from(ch)))
                .into_iter()
                .collect()
        }),
        "OB-i" => Some(joined(claim, INVISIBLE[turn % INVISIBLE.len()])),
        "OB-k" => inside_a_word(claim, turn, EMOJI[turn % EMOJI.len()]),
        "OB-l" => with_one(claim, turn, |ch| owned(spellings(PARTS, ch))),
        _ => None,
    }
}

/// Evasive contact tokens and abbreviations with their plain form, by class.
const WHOLE: &[(&str, &str, &str)] = &[
    ("OB-f", "加微信一三八零零一三八零零零", "13800138000"),
    ("OB-f", "电话壹叁玖壹贰叁肆伍陆柒捌", "13912345678"),
    ("OB-f", "联系Q二三三四五六七八", "23345678"),
    ("OB-f", "热线幺三七零零零零幺二三四", "13700001234"),
    ("OB-j", "微信ΕКХ789", "EKX789"),
    ("OB-j", "加微信ХКЕ12345", "XKE12345"),
    ("OB-j", "Q号138ОО138ООО", "13800138000"),
    ("OB-j", "电话138O0138OO0", "13800138000"),
    ("OB-m", "专业DK,无抵押当天放款", "专业贷款"),
    ("OB-m", "ZX花也能下款", "征信花"),
    ("OB-m", "花呗TX秒到", "花呗套现"),
    ("OB-m", "D款无抵押当天放款", "贷款无抵押"),
    ("OB-m", "LC年化收益12%", "理财年化"),
    ("OB-n", "加V:abc12345", "加微信:abc12345"),
    ("OB-n", "薇信abc12345", "微信abc12345"),
    ("OB-n", "威信:abc12345", "微信:abc12345"),
    ("OB-n", "徽信号abc12345", "微信号abc12345"),
    ("OB-n", "扣扣12345678", "QQ12345678"),
    ("OB-n", "加扣12345678", "加QQ12345678"),
    ("OB-n", "口口:12345678", "QQ:12345678"),
    ("OB-n", "企鹅12345678", "QQ12345678"),
    ("OB-n", "君羊12345678", "群12345678"),
    ("OB-n", "进裙领牛股", "进群领牛股"),
    ("OB-n", "➕V❤abc12345", "微信abc12345"),
    ("OB-n", "+V看牛股", "加微信看牛股"),
    ("OB-n", "VX：abc12345", "微信：abc12345"),
    ("OB-n", "蔚信 abc12345", "微信 abc12345"),
    ("OB-n", "染鹅123456780", "QQ123456780"),
    ("OB-n", "1234 5670+🐧", "QQ"),
];

const BY_CLAIM: [&str; 10] = [
    "OB-a", "OB-b", "OB-c", "OB-d", "OB-e", "OB-g", "OB-h", "OB-i", "OB-k", "OB-l",
];

/// Evaded claims of a class that are read back, of all tried, with the ones missed.
fn recall(normaliser: &Normaliser, class: &str) -> (usize, usize, Vec<String>) {
    let (mut read, mut tried, mut missed) = (0, 0, Vec::new());
    for (index, claim) in claims().into_iter().enumerate() {
        for turn in 0..5 {
            let Some(spelling) = evaded(class, claim, index * 7 + turn * 3) else {
                continue;
            };
            let (before, after) = CARRIERS[turn % CARRIERS.len()];
            let text = format!("{before}{spelling}{after}");
            let found = normaliser.normalise(&text);
            tried += 1;
            if found.plain.contains(claim) && found.evasions.iter().any(|e| e.class == class) {
                read += 1;
            } else {
                missed.push(format!("{text} -> {}", found.plain));
            }
        }
    }
    (read, tried, missed)
}

#[test]
fn evaded_claims_are_read_back() {
    let normaliser = dictionary_normaliser();
    let mut faults = Vec::new();
    for class in BY_CLAIM {
        let (read, tried, missed) = recall(&normaliser, class);
        let share = 100 * read / tried.max(1);
        println!("{class} {read}/{tried} {share}%");
        for miss in missed.iter().take(200) {
            println!("    {miss}");
        }
        if share < 90 {
            faults.push(format!("{class}: {read} of {tried}"));
        }
    }
    assert!(claims().len() >= 100);
    assert!(faults.is_empty(), "{faults:?}");
}

#[test]
fn masked_contacts_and_abbreviations_are_read_back() {
    let normaliser = dictionary_normaliser();
    let faults: Vec<String> = WHOLE
        .iter()
        .filter_map(|(class, text, plain)| {
            let found = normaliser.normalise(text);
            let right = found.plain.contains(plain)
                && (*class == "OB-n" || found.evasions.iter().any(|e| e.class == *class));
            (!right).then(|| format!("{class} {text} -> {} {:?}", found.plain, found.evasions))
        })
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
