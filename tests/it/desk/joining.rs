//! Joining measured on generated worlds of 2,000 operators with 10,000 sites. The worlds of this test were not looked at while the
//! weights were set (those were 1 to 6 and 11 to 16).

use wangxun::dossier::join;
use wangxun::practice::{OperatorPlan, operator_world};

/// Worlds, each with another mix.
const WORLDS: [u64; 3] = [101, 102, 103];

#[test]
fn generated_operators_are_joined_with_precision_and_recall() {
    let mut recall = 0.0;
    for seed in WORLDS {
        let world = operator_world(&OperatorPlan {
            operators: 2_000,
            sites: 10_000,
            seed,
        });
        let joined = join(&world.bearers, &[]);
        let figures = world.figures(&joined.groups);
        let circles = world.figures(&joined.circles);
        println!("world {seed}: {figures:?}\n  circles: {circles:?}");
        assert!(figures.precision >= 0.99, "world {seed}: {figures:?}");
        // Operators behind two companies come out as two subjects each: different credit codes are never joined.
        assert!(figures.company_recall >= 0.90, "world {seed}: {figures:?}");
        // Circles reach over companies, so they are held against operators.
        assert!(circles.precision >= 0.99, "world {seed}: {circles:?}");
        assert!(circles.recall >= 0.90, "world {seed}: {circles:?}");
        recall += figures.recall / WORLDS.len() as f64;
    }
    assert!(recall >= 0.87, "mean recall of all operators {recall}");
}
