//! Chinese, Arabic and mixed numerals: 1.3万, 1万3, 三千五, 壹万贰仟, 十二点五, 二〇二五, 廿, 半.

/// A numeral found at the start of a text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Numeral {
    /// Its value.
    pub value: f64,
    /// Its length in bytes.
    pub len: usize,
}

/// Reads the numeral at the very start of `text`, the longest one possible.
pub fn parse_prefix(text: &str) -> Option<Numeral> {
    let mut reader = Reader::new(text);
    reader.run();
    reader.finish()
}

/// The value of a digit character: ASCII, full-width, Chinese, or capital Chinese.
pub fn digit(ch: char) -> Option<u32> {
    Some(match ch {
        '0'..='9' => u32::from(ch) - u32::from('0'),
        '０'..='９' => u32::from(ch) - u32::from('０'),
        '零' | '〇' => 0,
        '一' | '壹' | '幺' => 1,
        '二' | '两' | '贰' | '貳' | '貮' | '兩' => 2,
        '三' | '叁' | '參' => 3,
        '四' | '肆' => 4,
        '五' | '伍' => 5,
        '六' | '陆' | '陸' => 6,
        '七' | '柒' => 7,
        '八' | '捌' => 8,
        '九' | '玖' => 9,
        _ => return None,
    })
}

fn is_arabic(ch: char) -> bool {
    ch.is_ascii_digit() || ('０'..='９').contains(&ch)
}

/// The value of a unit character.
fn unit(ch: char) -> Option<f64> {
    Some(match ch {
        '十' | '拾' => 10.0,
        '百' | '佰' => 100.0,
        '千' | '仟' => 1000.0,
        '万' | '萬' => 10_000.0,
        '亿' | '億' => 100_000_000.0,
        _ => return None,
    })
}

/// Longest numeral read; longer digit strings are numbers of accounts, not amounts.
const MAX_CHARS: usize = 40;

/// Characters after which a lone trailing digit is a count of its own (1万3个月), not 3 thousand.
const MEASURES: &str = "天日个月年期周倍%％‰‱元块分厘点成人名位次层号星季份+＋-—~～至到.．";

struct Reader<'a> {
    text: &'a str,
    /// Sum of the parts finished with 亿.
    hundred_millions: f64,
    /// Sum of the parts finished with 万.
    ten_thousands: f64,
    /// Sum below 万.
    section: f64,
    /// The digits just read, not yet followed by a unit.
    number: Option<f64>,
    /// Whether those digits were Arabic.
    arabic: bool,
    /// How many digit characters they are.
    digits: usize,
    /// The unit just read.
    last_unit: f64,
    /// Whether 零 stands between that unit and the digits.
    zero_between: bool,
    /// Bytes read.
    at: usize,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text,
            hundred_millions: 0.0,
            ten_thousands: 0.0,
            section: 0.0,
            number: None,
            arabic: false,
            digits: 0,
            last_unit: 0.0,
            zero_between: false,
            at: 0,
        }
    }

    fn peek(&self) -> Option<char> {
        self.text.get(self.at..)?.chars().next()
    }

    fn run(&mut self) {
        for _ in 0..MAX_CHARS {
            let Some(ch) = self.peek() else { return };
            let read = if is_arabic(ch) {
                self.number.is_none() && self.read_arabic()
            } else if let Some(value) = digit(ch) {
                self.read_digit(ch, value)
            } else if let Some(unit) = unit(ch) {
                self.read_unit(ch, unit)
            } else {
                self.read_special(ch)
            };
            if !read {
                return;
            }
        }
    }

    /// Digits with thousands commas and a decimal part.
    fn read_arabic(&mut self) -> bool {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let (value, len, digits) = arabic(rest);
        if self.last_unit > 0.0 && !self.may_be_tail(rest, len, digits) {
            return false;
        }
        self.number = Some(value);
        self.arabic = true;
        self.digits = digits;
        self.at += len;
        true
    }

    /// After a unit, more Arabic digits belong to the number only when a smaller unit follows (1万3千)
    /// or when it is one digit at the end of the number (1万3).
    fn may_be_tail(&self, rest: &str, len: usize, digits: usize) -> bool {
        let next = rest.get(len..).and_then(|r| r.chars().next());
        match next {
            Some(ch) if unit(ch).is_some_and(|u| u < self.last_unit) => true,
            Some(ch) if MEASURES.contains(ch) || ch.is_ascii_alphabetic() => false,
            _ => digits == 1 && self.last_unit >= 100.0,
        }
    }

    fn read_digit(&mut self, ch: char, value: u32) -> bool {
        if self.number.is_some() && self.arabic || self.is_count_of_its_own(ch) {
            return false;
        }
        let value = f64::from(value);
        if value == 0.0 && self.number.is_none() && self.last_unit > 0.0 {
            self.zero_between = true;
        } else {
            self.number = Some(self.number.map_or(value, |n| n * 10.0 + value));
            self.digits += 1;
            self.arabic = false;
        }
        self.at += ch.len_utf8();
        true
    }

    /// 一万 in 1万一年: the digit belongs to the measure after it.
    fn is_count_of_its_own(&self, ch: char) -> bool {
        let next = self
            .text
            .get(self.at + ch.len_utf8()..)
            .and_then(|r| r.chars().next());
        let measured = next.is_some_and(|c| MEASURES.contains(c) && !matches!(c, '元' | '块'));
        measured && self.number.is_none() && self.last_unit >= 100.0 && !self.zero_between
    }

    fn read_unit(&mut self, ch: char, unit: f64) -> bool {
        if self.digits == 2 && !self.arabic {
            // 两三百: an estimate; the lower bound counts.
            self.number = self.number.map(|n| (n / 10.0).floor());
        }
        if unit >= 10_000.0 {
            let open = self.section + self.number.unwrap_or(0.0);
            if unit > 10_000.0 {
                let sum = self.ten_thousands + open;
                if sum == 0.0 || self.hundred_millions > 0.0 {
                    return false;
                }
                self.hundred_millions = sum * unit;
                self.ten_thousands = 0.0;
            } else {
                if open == 0.0 || self.ten_thousands > 0.0 {
                    return false;
                }
                self.ten_thousands = open * unit;
            }
            self.section = 0.0;
        } else {
            let may_lead = unit == 10.0 && self.number.is_none() && (self.last_unit != 10.0);
            if self.number.is_none() && !may_lead {
                return false;
            }
            if self.last_unit > 0.0 && self.last_unit < 10_000.0 && unit >= self.last_unit {
                return false;
            }
            self.section += self.number.unwrap_or(1.0) * unit;
        }
        self.number = None;
        self.digits = 0;
        self.zero_between = false;
        self.last_unit = unit;
        self.at += ch.len_utf8();
        true
    }

    /// 廿, 卅, 半, 点.
    fn read_special(&mut self, ch: char) -> bool {
        let tens = match ch {
            '廿' => 20.0,
            '卅' => 30.0,
            '半' if self.at == 0 => {
                self.number = Some(0.5);
                self.arabic = true;
                self.at += ch.len_utf8();
                return false;
            }
            '点' => return self.read_chinese_decimals(ch),
            _ => return false,
        };
        if self.number.is_some() || self.last_unit > 0.0 && self.last_unit < 100.0 {
            return false;
        }
        self.section += tens;
        self.last_unit = 10.0;
        self.at += ch.len_utf8();
        true
    }

    /// 十二点五. The digits after 点 must be Chinese.
    fn read_chinese_decimals(&mut self, point: char) -> bool {
        let whole_is_chinese = !self.arabic && (self.number.is_some() || self.section > 0.0);
        if !whole_is_chinese {
            return false;
        }
        let rest = self
            .text
            .get(self.at + point.len_utf8()..)
            .unwrap_or_default();
        let (mut scale, mut sum, mut len) = (0.1, 0.0, 0);
        for ch in rest.chars().take_while(|c| !is_arabic(*c)).take(6) {
            let Some(value) = digit(ch) else { break };
            sum += f64::from(value) * scale;
            scale /= 10.0;
            len += ch.len_utf8();
        }
        if len == 0 {
            return false;
        }
        self.number = Some(self.number.unwrap_or(0.0) + sum);
        self.digits = 2;
        self.arabic = true;
        self.at += point.len_utf8() + len;
        true
    }

    fn finish(self) -> Option<Numeral> {
        if self.at == 0 {
            return None;
        }
        let tail = self.number.unwrap_or(0.0);
        let short = self.digits == 1 && !self.zero_between && self.last_unit >= 100.0;
        let tail = if short {
            tail * self.last_unit / 10.0
        } else {
            tail
        };
        let value = self.hundred_millions + self.ten_thousands + self.section + tail;
        value.is_finite().then_some(Numeral {
            value,
            len: self.at,
        })
    }
}

/// Arabic digits at the start of `text`: value, length in bytes, number of digits.
fn arabic(text: &str) -> (f64, usize, usize) {
    let chars: Vec<char> = text.chars().take(MAX_CHARS).collect();
    let is_digit = |i: usize| chars.get(i).copied().is_some_and(is_arabic);
    let (mut value, mut scale, mut len, mut digits) = (0.0, 0.0, 0, 0);
    for (i, ch) in chars.iter().enumerate() {
        if let Some(d) = digit(*ch).filter(|_| is_arabic(*ch)) {
            digits += 1;
            if scale == 0.0 {
                value = value * 10.0 + f64::from(d);
            } else {
                value += f64::from(d) * scale;
                scale /= 10.0;
            }
        } else if matches!(ch, '.' | '．' | '·') && scale == 0.0 && is_digit(i + 1) {
            scale = 0.1;
        } else {
            let group = *ch == ',' && scale == 0.0 && is_digit(i + 1) && is_digit(i + 2);
            if !(group && is_digit(i + 3) && !is_digit(i + 4) && i > 0) {
                break;
            }
        }
        len += ch.len_utf8();
    }
    (value, len, digits)
}
