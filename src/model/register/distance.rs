//! Edit distance with an upper bound (Levenshtein over characters).

/// The distance of `a` and `b`, or `None` when it is larger than `most`.
pub fn within(a: &[char], b: &[char], most: usize) -> Option<usize> {
    if a.len().abs_diff(b.len()) > most {
        return None;
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        row = next_row(&row, i, *x, b);
        if row.iter().all(|cost| *cost > most) {
            return None;
        }
    }
    row.last().copied().filter(|cost| *cost <= most)
}

fn next_row(previous: &[usize], i: usize, x: char, b: &[char]) -> Vec<usize> {
    let mut row = Vec::with_capacity(previous.len());
    let mut left = i + 1;
    row.push(left);
    for (pair, y) in previous.windows(2).zip(b) {
        let (diagonal, above) = match pair {
            [d, a] => (*d, *a),
            _ => continue,
        };
        let replace = diagonal + usize::from(x != *y);
        left = replace.min(above + 1).min(left + 1);
        row.push(left);
    }
    row
}

/// The candidate nearest to `word`, if one is near enough to be a slip of the pen.
pub fn nearest<'a>(word: &str, candidates: &[&'a str]) -> Option<&'a str> {
    let typed: Vec<char> = word.chars().take(64).collect();
    let most = (typed.len() / 3).clamp(1, 3);
    candidates
        .iter()
        .filter_map(|c| {
            let right: Vec<char> = c.chars().collect();
            within(&typed, &right, most).map(|d| (d, *c))
        })
        .min()
        .map(|(_, c)| c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances() {
        let check = |a: &str, b: &str, most, expected| {
            let (x, y): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
            assert_eq!(within(&x, &y, most), expected, "{a} {b}");
            assert_eq!(within(&y, &x, most), expected, "{b} {a}");
        };
        check("", "", 0, Some(0));
        check("", "ab", 2, Some(2));
        check("kitten", "sitting", 3, Some(3));
        check("kitten", "sitting", 2, None);
        check("招商银行", "招裔银行", 1, Some(1));
        check("a", "abcdef", 2, None);
    }

    #[test]
    fn slips_of_the_pen() {
        let fields = ["start", "sector", "scope"];
        assert_eq!(nearest("sector", &fields), Some("sector"));
        assert_eq!(nearest("sectr", &fields), Some("sector"));
        assert_eq!(nearest("pages", &fields), None);
    }
}
