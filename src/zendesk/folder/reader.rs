//! The shapes in which a collection may be stored.
//!
//! Pages as the API sent them (`{"users": [...], "meta": {...}}`, one or many), a plain list, a list of
//! pages, and single records, usually one a line. The first values decide, not the file's name.
//! A record is known by its `id`; a page by its list or by one of its markers.

use std::marker::PhantomData;

use serde::de::IgnoredAny;

use super::completeness::{Meta, Page, Tally};
use super::error::FolderError;
use super::shape::{ErrorKeys, Shape, collection_of, shape_of, unwrap};
use super::source::{BOM, Fault, Source, is_space, prefix};
use super::{Collection, Kind, Place, Sink};

/// Reads one file to its end.
pub(super) struct Reader<'s, K, S, E> {
    source: &'s mut Source,
    sink: &'s mut S,
    tally: Tally,
    /// How many records came before this file.
    first_row: u64,
    kind: PhantomData<(K, E)>,
}

impl<'s, K, S, E> Reader<'s, K, S, E>
where
    K: Kind,
    S: Sink<K, E>,
    E: From<FolderError>,
{
    /// Goes on where an earlier file of the collection ended.
    pub(super) fn new(source: &'s mut Source, tally: Tally, sink: &'s mut S) -> Self {
        let first_row = tally.rows;
        Self { source, sink, tally, first_row, kind: PhantomData }
    }

    pub(super) fn run(mut self) -> Result<Tally, E> {
        let mut shape = None;
        while let Some(byte) = self.source.peek_value()? {
            let found = match byte {
                b'{' => self.shape_of_object()?,
                b'[' => Shape::List,
                byte => return Err(self.no_json(byte).into()),
            };
            if shape.is_some_and(|shape| shape != found) {
                return Err(self.other_shape(found));
            }
            shape = Some(found);
            match found {
                Shape::Pages => self.page()?,
                Shape::List => self.list()?,
                Shape::Wrapped => self.wrapped()?,
                Shape::Records => {
                    let line = self.source.line();
                    self.record()?;
                    if self.source.line() == line && self.source.at_line_end()? {
                        self.lines()?;
                    }
                }
            }
        }
        Ok(self.tally)
    }

    /// Returns the error for a byte ahead that begins neither an object nor a list.
    fn no_json(&mut self, byte: u8) -> FolderError {
        // Only spaces can stand before it.
        if let Err(error) = self.source.peek() {
            return error;
        }
        let at = self.source.spot();
        if byte == b'<' {
            return FolderError::Html { at };
        }
        FolderError::Syntax { at, field: None, problem: "expected { or [".to_owned() }
    }

    /// Decides between a page and a record.
    fn shape_of_object(&mut self) -> Result<Shape, FolderError> {
        self.source.parse(None, |window, _| Ok((shape_of(window)?, 0)))
    }

    /// Returns the error for a value unlike those before it, which is often an error of the API that a
    /// script appended.
    fn other_shape(&self, found: Shape) -> E {
        let at = self.source.spot();
        if found == Shape::Pages
            && let Ok((keys, _)) = prefix::<ErrorKeys>(self.source.window())
            && keys.is_error()
        {
            return FolderError::ApiError { at }.into();
        }
        FolderError::MixedShapes { at }.into()
    }

    /// Takes a plain list, of records or of pages.
    fn list(&mut self) -> Result<(), E> {
        let mut shape = None;
        self.elements(|reader| {
            reader.object_ahead()?;
            let shape = match shape {
                Some(shape) => shape,
                None => *shape.insert(reader.shape_of_object()?),
            };
            match shape {
                Shape::Pages => reader.page(),
                Shape::Wrapped => reader.wrapped(),
                _ => reader.record(),
            }
        })
    }

    /// Takes a list, each element by `element`.
    fn elements(&mut self, mut element: impl FnMut(&mut Self) -> Result<(), E>) -> Result<(), E> {
        self.source.take_byte(b"[")?;
        if self.source.peek_inside()? == b']' {
            self.source.take_byte(b"]")?;
            return Ok(());
        }
        loop {
            element(self)?;
            if self.source.take_byte(b",]")? == b']' {
                return Ok(());
            }
        }
    }

    /// Takes one record from wherever it stands.
    fn record(&mut self) -> Result<(), E> {
        self.object_ahead()?;
        if self.tally.rows == self.first_row {
            self.check_collection()?;
        }
        let place = Place { number: self.tally.rows + 1, line: self.source.line(), extracted_at: None };
        let sink = &mut *self.sink;
        self.source.parse(None, |window, _| {
            let (record, used) = prefix::<K::Record<'_>>(window)?;
            Ok((sink.take(place, record), used))
        })??;
        self.tally.rows += 1;
        Ok(())
    }

    /// Takes one record out of its wrapper, or a message without one.
    fn wrapped(&mut self) -> Result<(), E> {
        self.object_ahead()?;
        let at = self.source.spot();
        let is_first = self.tally.rows == self.first_row;
        let (number, line) = (self.tally.rows + 1, self.source.line());
        let sink = &mut *self.sink;
        let delivered = self.source.parse(None, |window, _| {
            let (unwrapped, used) = unwrap(window)?;
            let Some(unwrapped) = unwrapped else { return Ok((Ok(None), used)) };
            let mut found = unwrapped.collection;
            if found.is_none() && is_first {
                found = collection_of(unwrapped.text.as_bytes())?;
            }
            if let Some(found) = found.filter(|found| *found != K::COLLECTION) {
                return Ok((Err(found), used));
            }
            let record: K::Record<'_> = serde_json::from_str(&unwrapped.text)
                .map_err(|error| Fault::Inner(unwrapped.offset, error))?;
            let place = Place { number, line, extracted_at: unwrapped.extracted_at };
            Ok((Ok(Some(sink.take(place, record))), used))
        })?;
        match delivered {
            Ok(None) => Ok(()),
            Ok(Some(result)) => {
                result?;
                self.tally.rows += 1;
                Ok(())
            }
            Err(found) => Err(FolderError::WrongCollection { at, expected: K::COLLECTION, found }.into()),
        }
    }

    /// Refuses a file of another collection by its first record: so few fields are needed that tickets
    /// would pass for users.
    fn check_collection(&mut self) -> Result<(), FolderError> {
        let at = self.source.spot();
        let found = self.source.parse(None, |window, _| Ok((collection_of(window)?, 0)))?;
        match found {
            Some(found) if found != K::COLLECTION => {
                Err(FolderError::WrongCollection { at, expected: K::COLLECTION, found })
            }
            _ => Ok(()),
        }
    }

    /// Refuses anything but an object: a derived record would take a list as its fields in order.
    fn object_ahead(&mut self) -> Result<(), FolderError> {
        if self.source.peek_inside()? == b'{' {
            return Ok(());
        }
        Err(FolderError::Field {
            at: self.source.spot(),
            field: None,
            problem: "expected a record: an object".to_owned(),
        })
    }

    /// Takes one page.
    fn page(&mut self) -> Result<(), E> {
        self.source.take_byte(b"{")?;
        let mut page = Page::default();
        let mut listed = false;
        let mut other = None;
        let mut is_error = false;
        while self.source.peek_inside()? != b'}' {
            let key: String = self.source.value(None)?;
            self.source.take_byte(b":")?;
            let is_list = self.source.peek_inside()? == b'[';
            match (key.as_str(), Collection::named(&key)) {
                // Steampipe's name of a list.
                ("rows", _) if is_list && !listed => {
                    listed = true;
                    self.elements(Self::record)?;
                }
                (_, Some(collection)) if collection == K::COLLECTION => {
                    if !is_list || listed {
                        return Err(self.wrong_list(&key, is_list).into());
                    }
                    listed = true;
                    self.elements(Self::record)?;
                }
                (_, Some(collection)) if is_list => {
                    // Sideloaded records, or the wrong file; the page's end tells.
                    other = other.or(Some(collection));
                    self.elements(|reader| Ok(reader.source.skip(None)?))?;
                }
                ("meta", _) => {
                    let meta: Option<Meta> = self.source.value(Some(&key))?;
                    if let Some(meta) = meta {
                        page.has_more = meta.has_more;
                        page.cursor = meta.after_cursor.or(page.cursor);
                    }
                }
                ("end_of_stream", _) => page.end_of_stream = self.source.value(Some(&key))?,
                ("after_cursor", _) => {
                    page.cursor = self.source.value::<Option<_>>(Some(&key))?.or(page.cursor);
                }
                ("next_page", _) => page.has_next = Some(self.is_filled(&key)?),
                ("previous_page", _) => page.has_previous = self.is_filled(&key)?,
                ("error" | "errors" | "detail", _) => {
                    is_error |= self.is_filled(&key)?;
                }
                _ => self.source.skip(Some(&key))?,
            }
            self.after_member()?;
        }
        let at = self.source.spot();
        self.source.take_byte(b"}")?;
        // An error beside records means that some of them are missing.
        if listed && !is_error {
            self.tally.add_page(page);
            return Ok(());
        }
        let expected = K::COLLECTION;
        Err(match other {
            _ if is_error => FolderError::ApiError { at },
            Some(found) => FolderError::WrongCollection { at, expected, found },
            None => FolderError::NoList { at, expected },
        }
        .into())
    }

    /// Takes the comma between two members of a page; leaves the brace behind the last.
    fn after_member(&mut self) -> Result<(), FolderError> {
        if self.source.peek_inside()? == b'}' {
            return Ok(());
        }
        self.source.take_byte(b",}")?;
        if self.source.peek_inside()? == b'"' {
            return Ok(());
        }
        // A brace behind a comma, or no key at all.
        self.source.take_byte(b"\"").map(|_| ())
    }

    fn is_filled(&mut self, key: &str) -> Result<bool, FolderError> {
        let value = self.source.value::<Option<IgnoredAny>>(Some(key))?;
        Ok(value.is_some())
    }

    fn wrong_list(&self, key: &str, is_list: bool) -> FolderError {
        let problem = if is_list { "stands twice in one page" } else { "expected a list" };
        FolderError::Field {
            at: self.source.spot(),
            field: Some(key.to_owned()),
            problem: problem.to_owned(),
        }
    }

    /// Takes one record a line to the end of the file. Here no byte is looked at twice.
    fn lines(&mut self) -> Result<(), E> {
        while let Some((length, with_end)) = self.source.next_line()? {
            let line = &self.source.window()[..length];
            let mark = if line.starts_with(BOM) { BOM.len() } else { 0 };
            match line[mark..].iter().copied().find(|byte| !is_space(*byte)) {
                Some(b'{') => {}
                Some(byte) => return Err(self.no_json(byte).into()),
                None => {
                    self.source.take_line(with_end);
                    continue;
                }
            }
            if self.sink.passes(line)? {
                self.tally.rows += 1;
                self.source.take_line(with_end);
                continue;
            }
            let line = &line[mark..];
            let text = match std::str::from_utf8(line) {
                Ok(text) => text,
                Err(error) => {
                    let at = self.source.origin(None).spot(mark + error.valid_up_to());
                    return Err(FolderError::NotUtf8 { at }.into());
                }
            };
            let record: K::Record<'_> = serde_json::from_str(text)
                .map_err(|error| self.line_error(&error, mark, length, with_end))?;
            let place = Place { number: self.tally.rows + 1, line: self.source.line(), extracted_at: None };
            self.sink.take(place, record)?;
            self.tally.rows += 1;
            self.source.take_line(with_end);
        }
        Ok(())
    }

    /// Returns the error for a line that is not a record.
    fn line_error(&self, error: &serde_json::Error, mark: usize, length: usize, with_end: usize) -> E {
        let line = &self.source.window()[mark..length];
        // The last line, without an end of its own.
        if error.is_eof() && length == with_end {
            return FolderError::CutOff { at: self.source.origin(None).spot(length) }.into();
        }
        if error.is_data()
            && let Ok(found @ (Shape::Pages | Shape::Wrapped)) = shape_of(line)
        {
            return self.other_shape(found);
        }
        let mut origin = self.source.origin(None);
        origin.text = line;
        origin.explain(error).into()
    }
}
