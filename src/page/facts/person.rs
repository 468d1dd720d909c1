//! Persons in a role, only where the page itself names the role.

use super::found::Found;
use crate::model::identity::{FactCheck, FactKind};

/// The commonest family names; those of two characters first.
const FAMILY_NAMES: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤束温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝官封谈匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢劳谌奚皮粟冼蔺楼盘满闻位厉伊仝区郜海阚花权强帅屠豆朴盖练廉禹井祖漆巴丰支卿国狄平计索宣晋相初门云容敬来扈晁芮都普阙浦戈伏鹿薄邸雍辜羊阿乌母裘亓修邰赫杭况那宿鲜印逯隆茹诺战慕危玉银亢嵇公哈湛宾戎勾茅利於呼居揭干但尉冶斯元束檀衣信展阴昝智幸奉植衡富尧闭由";
const DOUBLE_FAMILY_NAMES: [&str; 8] = [
    "欧阳", "上官", "司马", "诸葛", "东方", "皇甫", "尉迟", "司徒",
];

/// After the word for a role: a name of two to four characters that begins with a family name.
pub(super) fn person(found: &mut Found<'_>, start: usize, end: usize) {
    // 用户名 is no account.
    let cue = found.text().get(start..end).unwrap_or("");
    if cue == "户名" && found.before(start, 1).ends_with(['用', '账']) {
        return;
    }
    let after = found.after(end, 60);
    let mark: usize = after
        .chars()
        .take_while(|c| matches!(c, ':' | '：' | ' ' | '\u{a0}' | '　'))
        .map(char::len_utf8)
        .sum();
    let rest = &after[mark..];
    let han: Vec<char> = rest.chars().take_while(|c| is_han(*c)).take(8).collect();
    let length = name_length(&han);
    if mark == 0 || length == 0 {
        return;
    }
    let name: String = han.iter().take(length).collect();
    let role = found.text().get(start..end).unwrap_or("").to_owned();
    let begin = end + mark;
    found.add(
        FactKind::Person,
        begin..begin + name.len(),
        name,
        FactCheck::None,
        vec![("role", role)],
    );
}

/// Characters of the name that `han` begins with, 0 if it does not.
fn name_length(han: &[char]) -> usize {
    let text: String = han.iter().collect();
    let titled = ["先生", "女士", "老师", "经理", "总"]
        .iter()
        .filter_map(|title| text.find(title))
        .min()
        .map(|at| text[..at].chars().count());
    let length = titled.unwrap_or(han.len());
    let double = DOUBLE_FAMILY_NAMES
        .iter()
        .any(|name| text.starts_with(name));
    let single = han.first().is_some_and(|c| FAMILY_NAMES.contains(*c));
    match length {
        2 | 3 if single || double => length,
        4 if double => length,
        _ => 0,
    }
}

/// Whether a character is a Han character.
pub(super) fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}' | '〇')
}
