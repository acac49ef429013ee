//! How cells look. A colour never speaks alone: the cell that has it says the same in words.

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, FormatUnderline, Workbook};

use super::WorkbookError;

/// The looks of a workbook, made once.
pub(super) struct Formats {
    pub(super) title: Format,
    pub(super) section: Format,
    pub(super) label: Format,
    pub(super) text: Format,
    pub(super) wrapped: Format,
    pub(super) header: Format,
    pub(super) input_header: Format,
    pub(super) number: Format,
    pub(super) percent: Format,
    pub(super) date: Format,
    pub(super) link: Format,
    pub(super) input: Format,
    pub(super) input_date: Format,
    words: Vec<(Tone, Format)>,
}

/// What a word means for whoever has to act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tone {
    /// It can be repaired: green.
    Good,
    /// Some of it can: amber.
    Partly,
    /// A person must decide: red.
    Bad,
    /// Only tickets are left: yellow.
    Tickets,
    /// A person must act elsewhere: blue.
    Look,
    /// Nothing to do: grey.
    Quiet,
}

impl Tone {
    const ALL: [Self; 6] = [Self::Good, Self::Partly, Self::Bad, Self::Tickets, Self::Look, Self::Quiet];

    /// The colour of the cell and of its letters, with a contrast of at least 4.5 to 1.
    const fn colours(self) -> (u32, u32) {
        match self {
            Self::Good => (0x00C6_EFCE, 0x0000_5A00),
            Self::Partly => (0x00FF_D591, 0x005C_3A00),
            Self::Bad => (0x00FF_C7CE, 0x008A_0006),
            Self::Tickets => (0x00FF_FF99, 0x004D_4D00),
            Self::Look => (0x00D6_E4F7, 0x001F_3864),
            Self::Quiet => (0x00E7_E6E6, 0x0040_4040),
        }
    }

    /// The name of the colour, for the legend.
    pub(super) const fn colour_name(self) -> &'static str {
        match self {
            Self::Good => "green",
            Self::Partly => "amber",
            Self::Bad => "red",
            Self::Tickets => "yellow",
            Self::Look => "blue",
            Self::Quiet => "grey",
        }
    }
}

impl Formats {
    pub(super) fn new() -> Self {
        let text = Format::new().set_align(FormatAlign::Top);
        let wrapped = text.clone().set_text_wrap();
        let bold = Format::new().set_bold().set_align(FormatAlign::Top);
        let header = bold
            .clone()
            .set_text_wrap()
            .set_background_color(Color::RGB(0x001F_3864))
            .set_font_color(Color::White)
            .set_border(FormatBorder::Thin)
            .set_border_color(Color::RGB(0x00BF_BFBF));
        let input = wrapped
            .clone()
            .set_background_color(Color::RGB(0x00FF_FBE6))
            .set_border(FormatBorder::Thin)
            .set_border_color(Color::RGB(0x00D9_D0A0));
        let words = Tone::ALL.map(|tone| {
            let (back, letters) = tone.colours();
            let format =
                text.clone().set_background_color(Color::RGB(back)).set_font_color(Color::RGB(letters));
            (tone, format)
        });
        Self {
            title: Format::new().set_bold().set_font_size(16.0),
            section: bold.clone().set_font_size(12.0).set_font_color(Color::RGB(0x001F_3864)),
            label: bold.set_text_wrap(),
            input_header: header.clone().set_background_color(Color::RGB(0x007F_6000)),
            header,
            number: text.clone().set_num_format("#,##0").set_align(FormatAlign::Right).set_indent(1),
            percent: text.clone().set_num_format("0\" %\"").set_align(FormatAlign::Right).set_indent(1),
            date: text.clone().set_num_format("yyyy-mm-dd").set_align(FormatAlign::Left),
            link: text.clone().set_font_color(Color::RGB(0x0005_63C1)).set_underline(FormatUnderline::Single),
            input_date: input.clone().set_num_format("yyyy-mm-dd").set_align(FormatAlign::Left),
            input,
            text,
            wrapped,
            words: words.into(),
        }
    }

    /// Gives those of the tables their numbers. Sheets are written side by side, and a look gets its number where it is
    /// first used: without this, the same rows would not always make the same file.
    pub(super) fn enumerate(&self, workbook: &mut Workbook) -> Result<(), WorkbookError> {
        let own = [&self.text, &self.wrapped, &self.header, &self.input_header, &self.number, &self.percent];
        let others = [&self.date, &self.link, &self.input, &self.input_date];
        let mut never_shown = workbook.new_worksheet_with_constant_memory()?;
        for look in own.into_iter().chain(others).chain(self.words.iter().map(|(_, look)| look)) {
            never_shown.set_column_format(0, look)?;
        }
        Ok(())
    }

    /// The look of a word.
    pub(super) fn tone(&self, tone: Tone) -> &Format {
        self.words.iter().find(|(known, _)| *known == tone).map_or(&self.text, |(_, format)| format)
    }
}
