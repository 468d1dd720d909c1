//! The reports that there are.

/// Which report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReportForm {
    /// 巡查记录.
    RunSheet,
    /// 交接班记录.
    Handover,
    /// 值班日报.
    Daily,
    /// 周报.
    Weekly,
    /// 月报.
    Monthly,
    /// One of the five phase reports of the plan.
    Phase,
    /// 分领域报送表.
    Sector,
    /// 联合检查名单.
    Inspection,
    /// 以案说法.
    CaseSheet,
    /// 领域与乡镇分布.
    Matrix,
    /// 巡查覆盖情况.
    Coverage,
    /// 整治成效与反弹情况.
    Recurrence,
    /// 奖励台账.
    Rewards,
    /// 奖励审批表.
    RewardSheet,
    /// 舆情日报.
    Opinion,
    /// 重点字样告知单.
    Notification,
    /// 处置预案.
    Playbook,
    /// 信访答复口径.
    Answers,
    /// 警示标识.
    Warning,
    /// 责令整改通知.
    Rectification,
    /// 吊销建议.
    Revocation,
    /// 案件移送.
    Transfer,
    /// 协作函.
    Assist,
    /// 摸底表.
    Survey,
}

impl ReportForm {
    /// All of them.
    pub const ALL: [Self; 24] = [
        Self::RunSheet,
        Self::Handover,
        Self::Daily,
        Self::Weekly,
        Self::Monthly,
        Self::Phase,
        Self::Sector,
        Self::Inspection,
        Self::CaseSheet,
        Self::Matrix,
        Self::Coverage,
        Self::Recurrence,
        Self::Rewards,
        Self::RewardSheet,
        Self::Opinion,
        Self::Notification,
        Self::Playbook,
        Self::Answers,
        Self::Warning,
        Self::Rectification,
        Self::Revocation,
        Self::Transfer,
        Self::Assist,
        Self::Survey,
    ];

    /// The word of commands and machines.
    pub fn code(self) -> &'static str {
        match self {
            Self::RunSheet => "run-sheet",
            Self::Handover => "handover",
            Self::Daily => "daily",
            Self::Weekly => "weekly",
            Self::Monthly => "monthly",
            Self::Phase => "phase",
            Self::Sector => "sector",
            Self::Inspection => "inspection",
            Self::CaseSheet => "case-sheet",
            Self::Matrix => "matrix",
            Self::Coverage => "coverage",
            Self::Recurrence => "recurrence",
            Self::Rewards => "rewards",
            Self::RewardSheet => "reward-sheet",
            Self::Opinion => "opinion",
            Self::Notification => "notification",
            Self::Playbook => "playbook",
            Self::Answers => "answers",
            Self::Warning => "warning",
            Self::Rectification => "rectification",
            Self::Revocation => "revocation",
            Self::Transfer => "transfer",
            Self::Assist => "assist",
            Self::Survey => "survey",
        }
    }

    /// The title.
    pub fn title(self) -> &'static str {
        match self {
            Self::RunSheet => "网络巡查记录",
            Self::Handover => "值班交接记录",
            Self::Daily => "网络巡查值班日报",
            Self::Weekly => "网络巡查与处置周报",
            Self::Monthly => "网络巡查与处置月报",
            Self::Phase => "专项整治阶段报告",
            Self::Sector => "分领域报送表",
            Self::Inspection => "联合检查名单",
            Self::CaseSheet => "以案说法",
            Self::Matrix => "分领域分乡镇情况表",
            Self::Coverage => "巡查覆盖情况表",
            Self::Recurrence => "整治反弹情况表",
            Self::Rewards => "举报奖励台账",
            Self::RewardSheet => "举报奖励审批表",
            Self::Opinion => "涉金融舆情日报",
            Self::Notification => "重点字样企业告知单",
            Self::Playbook => "分级处置预案",
            Self::Answers => "信访答复口径",
            Self::Warning => "防范非法集资警示",
            Self::Rectification => "责令限期整改通知书",
            Self::Revocation => "吊销营业执照建议书",
            Self::Transfer => "案件移送书",
            Self::Assist => "案件协办函",
            Self::Survey => "摸底排查表",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_titles_are_unique() {
        let mut codes: Vec<&str> = ReportForm::ALL.iter().map(|f| f.code()).collect();
        let mut titles: Vec<&str> = ReportForm::ALL.iter().map(|f| f.title()).collect();
        for words in [&mut codes, &mut titles] {
            words.sort_unstable();
            words.dedup();
            assert_eq!(words.len(), ReportForm::ALL.len());
        }
    }
}
