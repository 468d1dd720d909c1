//! The headers that spreadsheets use, and what they stand for.

/// A column of a patrol list kept in a spreadsheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Column {
    Id,
    Name,
    Start,
    Sector,
    Region,
    Kind,
    Pages,
    Interval,
    Basis,
    Ignored,
}

/// Known headers; README.md states them.
pub(super) const HEADERS: [(&str, Column); 52] = [
    ("编号", Column::Id),
    ("序号", Column::Id),
    ("标识", Column::Id),
    ("id", Column::Id),
    ("no", Column::Id),
    ("名称", Column::Name),
    ("平台名称", Column::Name),
    ("网站名称", Column::Name),
    ("企业名称", Column::Name),
    ("机构名称", Column::Name),
    ("单位名称", Column::Name),
    ("name", Column::Name),
    ("网址", Column::Start),
    ("网站", Column::Start),
    ("网站地址", Column::Start),
    ("网站网址", Column::Start),
    ("链接", Column::Start),
    ("域名", Column::Start),
    ("url", Column::Start),
    ("start", Column::Start),
    ("website", Column::Start),
    ("领域", Column::Sector),
    ("所属领域", Column::Sector),
    ("行业", Column::Sector),
    ("业务类型", Column::Sector),
    ("sector", Column::Sector),
    ("乡镇", Column::Region),
    ("所属乡镇", Column::Region),
    ("乡镇街道", Column::Region),
    ("属地", Column::Region),
    ("地区", Column::Region),
    ("区域", Column::Region),
    ("region", Column::Region),
    ("类型", Column::Kind),
    ("类别", Column::Kind),
    ("kind", Column::Kind),
    ("页数", Column::Pages),
    ("最大页数", Column::Pages),
    ("pages", Column::Pages),
    ("间隔", Column::Interval),
    ("访问间隔", Column::Interval),
    ("interval", Column::Interval),
    ("法律依据", Column::Basis),
    ("依据", Column::Basis),
    ("legalbasis", Column::Basis),
    ("备注", Column::Ignored),
    ("说明", Column::Ignored),
    ("联系人", Column::Ignored),
    ("电话", Column::Ignored),
    ("联系电话", Column::Ignored),
    ("地址", Column::Ignored),
    ("note", Column::Ignored),
];

/// The column of a header cell.
pub(super) fn column(header: &str) -> Option<Column> {
    let header = normal(header);
    HEADERS.iter().find(|(h, _)| *h == header).map(|(_, c)| *c)
}

/// A header without spaces, brackets and their content, in lower case and half width.
pub(super) fn normal(header: &str) -> String {
    let folded = crate::model::register::fold(header);
    let bare = folded.split('(').next().unwrap_or_default();
    bare.trim_matches(['*', ':', '_'])
        .replace(['_', '-', '/', '、'], "")
}
