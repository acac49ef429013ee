//! How old a closed ticket may be to raise an issue: a flag of `audit`, and a setting.

/// How old a closed ticket may be, in days; none: as old as it is.
#[derive(Debug, Clone, Copy, serde::Deserialize)]
#[serde(try_from = "WindowSetting")]
pub(crate) struct Window(pub(crate) Option<u32>);

/// As it may stand in the settings: `90`, `"90"` or `"all"`.
#[derive(serde::Deserialize)]
#[serde(untagged)]
enum WindowSetting {
    Days(u32),
    Text(String),
}

impl TryFrom<WindowSetting> for Window {
    type Error = &'static str;

    fn try_from(setting: WindowSetting) -> Result<Self, Self::Error> {
        match setting {
            WindowSetting::Days(days) => Ok(Self(Some(days))),
            WindowSetting::Text(text) => window(&text),
        }
    }
}

/// A window as it is typed.
pub(crate) fn window(text: &str) -> Result<Window, &'static str> {
    match text {
        "all" => Ok(Window(None)),
        days => days.parse().map(|days| Window(Some(days))).map_err(|_| "write a number of days, or all"),
    }
}
