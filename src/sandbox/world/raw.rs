//! A JSON object whose members keep their order and their text.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Value, value::RawValue};

/// The members of an object.
pub(in crate::sandbox) struct Object(Vec<(String, Box<RawValue>)>);

impl Object {
    /// Reads an object; none for another value.
    pub(in crate::sandbox) fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// Sets a member, in its place or at the end.
    pub(in crate::sandbox) fn set(&mut self, name: &str, value: &Value) {
        let Ok(text) = serde_json::value::to_raw_value(value) else { return };
        match self.0.iter_mut().find(|(key, _)| key == name) {
            Some((_, old)) => *old = text,
            None => self.0.push((name.to_owned(), text)),
        }
    }

    /// Returns a member.
    pub(in crate::sandbox) fn get(&self, name: &str) -> Option<Value> {
        let (_, text) = self.0.iter().find(|(key, _)| key == name)?;
        serde_json::from_str(text.get()).ok()
    }

    /// Returns the object's text.
    pub(in crate::sandbox) fn text(&self) -> String {
        serde_json::to_string(self).expect("texts under names are JSON")
    }
}

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;

        impl<'de> Visitor<'de> for Members {
            type Value = Object;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Object(members))
            }
        }

        deserializer.deserialize_map(Members)
    }
}

impl Serialize for Object {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_changed_keeps_its_text_and_its_place() {
        let mut object = Object::read(r#"{"id":1,"x":1.0,"name":"a","tags":[ 1]}"#).unwrap();
        object.set("name", &"b".into());
        object.set("new", &Value::Null);
        assert_eq!(object.text(), r#"{"id":1,"x":1.0,"name":"b","tags":[ 1],"new":null}"#);
        assert!(Object::read("[]").is_none());
    }
}
