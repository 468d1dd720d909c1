//! A chart of a report, as values.

/// How a chart is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChartKind {
    /// Lying bars, one for each label and series.
    Bars,
    /// Lying bars with the series behind one another.
    Stacked,
    /// A line for each series over the labels.
    Lines,
}

impl ChartKind {
    /// The word of machines.
    pub fn code(self) -> &'static str {
        match self {
            Self::Bars => "bars",
            Self::Stacked => "stacked",
            Self::Lines => "lines",
        }
    }
}

/// The values of one name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    /// Its name.
    pub name: String,
    /// One value for each label of the chart.
    pub values: Vec<u64>,
}

/// One chart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chart {
    /// Its title.
    pub title: String,
    /// How it is drawn.
    pub kind: ChartKind,
    /// What stands along it.
    pub labels: Vec<String>,
    /// What it shows.
    pub series: Vec<Series>,
    /// What is counted, such as 户.
    pub unit: String,
}

impl Chart {
    /// Whether there is anything to show.
    pub fn is_empty(&self) -> bool {
        self.series.iter().all(|s| s.values.iter().all(|v| *v == 0))
    }
}
