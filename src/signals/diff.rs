//! What differs between two states of a page, block by block.

/// One block of the difference, in the order of reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Stands in both.
    Same(String),
    /// Stood in the earlier one only.
    Removed(String),
    /// Stands in the later one only.
    Added(String),
}

/// Lines of either text that are looked at.
const MOST_LINES: usize = 20_000;
/// Cells of the table of common lines; beyond it the middle parts are taken as replaced as a whole.
const MOST_CELLS: usize = 4_000_000;

/// The difference of two text records, which hold one block a line. Exact (a longest common sequence) unless the texts are
/// very long and differ very much.
pub fn diff(earlier: &str, later: &str) -> Vec<Piece> {
    let (earlier, later) = (lines(earlier), lines(later));
    let head = earlier
        .iter()
        .zip(&later)
        .take_while(|(a, b)| a == b)
        .count();
    let (earlier_rest, later_rest) = (&earlier[head..], &later[head..]);
    let ends = earlier_rest.iter().rev().zip(later_rest.iter().rev());
    let tail = ends.take_while(|(a, b)| a == b).count();
    let old = &earlier_rest[..earlier_rest.len() - tail];
    let new = &later_rest[..later_rest.len() - tail];
    let same = |line: &&str| Piece::Same((*line).to_owned());
    let mut pieces: Vec<Piece> = earlier.iter().take(head).map(same).collect();
    pieces.extend(middle(old, new));
    pieces.extend(earlier.iter().skip(earlier.len() - tail).map(same));
    pieces
}

fn lines(text: &str) -> Vec<&str> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.take(MOST_LINES).collect()
}

/// The part between what both begin and end with.
fn middle(old: &[&str], new: &[&str]) -> Vec<Piece> {
    let removed = |line: &&str| Piece::Removed((*line).to_owned());
    let added = |line: &&str| Piece::Added((*line).to_owned());
    let width = new.len() + 1;
    if old.is_empty() || new.is_empty() || (old.len() + 1) * width > MOST_CELLS {
        return old
            .iter()
            .map(removed)
            .chain(new.iter().map(added))
            .collect();
    }
    // length[i][j]: longest common sequence of what follows old[i] and new[j].
    let mut length = vec![0u16; (old.len() + 1) * width];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            let at = i * width + j;
            length[at] = if old[i] == new[j] {
                length[at + width + 1] + 1
            } else {
                length[at + width].max(length[at + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut pieces = Vec::with_capacity(old.len() + new.len());
    while i < old.len() && j < new.len() {
        let at = i * width + j;
        if old[i] == new[j] {
            pieces.push(Piece::Same(old[i].to_owned()));
            (i, j) = (i + 1, j + 1);
        } else if length[at + width] >= length[at + 1] {
            pieces.push(Piece::Removed(old[i].to_owned()));
            i += 1;
        } else {
            pieces.push(Piece::Added(new[j].to_owned()));
            j += 1;
        }
    }
    pieces.extend(old.iter().skip(i).map(removed));
    pieces.extend(new.iter().skip(j).map(added));
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_changed_block_is_found() {
        let pieces = diff(
            "首页\n年化收益5%\n联系我们\n",
            "首页\n保本保息\n年化收益18%\n联系我们\n",
        );
        let expected = [
            Piece::Same("首页".into()),
            Piece::Removed("年化收益5%".into()),
            Piece::Added("保本保息".into()),
            Piece::Added("年化收益18%".into()),
            Piece::Same("联系我们".into()),
        ];
        assert_eq!(pieces, expected);
    }

    #[test]
    fn texts_too_long_for_the_table_are_told_as_replaced() {
        let text = |word: &str| {
            (0..3_000)
                .map(|n| format!("{word}{n}\n"))
                .collect::<String>()
        };
        let pieces = diff(&text("旧"), &text("新"));
        assert_eq!(pieces.len(), 6_000);
    }

    proptest! {
        #[test]
        fn both_texts_can_be_had_back(
            old in proptest::collection::vec("[甲乙丙丁]{1,2}", 0..30),
            new in proptest::collection::vec("[甲乙丙丁]{1,2}", 0..30),
        ) {
            let pieces = diff(&old.join("\n"), &new.join("\n"));
            let earlier: Vec<&String> = pieces.iter().filter_map(|p| match p {
                Piece::Same(l) | Piece::Removed(l) => Some(l), Piece::Added(_) => None,
            }).collect();
            let later: Vec<&String> = pieces.iter().filter_map(|p| match p {
                Piece::Same(l) | Piece::Added(l) => Some(l), Piece::Removed(_) => None,
            }).collect();
            prop_assert_eq!(earlier, old.iter().collect::<Vec<_>>());
            prop_assert_eq!(later, new.iter().collect::<Vec<_>>());
            let same = diff(&old.join("\n"), &old.join("\n"));
            prop_assert!(same.iter().all(|p| matches!(p, Piece::Same(_))));
        }

        #[test]
        fn any_bytes_are_taken(one in ".{0,80}", other in ".{0,80}") {
            diff(&one, &other);
        }
    }
}
