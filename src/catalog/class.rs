//! The classes of findings: the words of support operations for what the rules find.

use super::{Rule, files, rules};

/// A class of findings.
#[derive(Debug, Clone)]
pub struct Class {
    /// Its name, as in the column `class` of the finding views.
    pub name: String,
    /// The rules whose findings may be of it.
    pub rules: Vec<Rule>,
    /// What it means, where it is more or less than one rule.
    pub meaning: Option<String>,
}

impl Class {
    /// The rule, if the class is all that it finds and nothing else.
    pub fn only_rule(&self) -> Option<&Rule> {
        match &self.rules[..] {
            [rule] if rule.class_without_membership.is_none() => Some(rule),
            _ => None,
        }
    }
}

/// Returns every class, in the order of the rules.
pub fn classes() -> Vec<Class> {
    let rules = rules();
    let mut classes: Vec<Class> = Vec::new();
    for rule in &rules {
        for name in rule.classes() {
            match classes.iter_mut().find(|class| class.name == name) {
                Some(class) => class.rules.push(rule.clone()),
                None => classes.push(Class {
                    name: name.to_owned(),
                    rules: vec![rule.clone()],
                    meaning: meanings().find(|(class, _)| class == name).map(|(_, meaning)| meaning),
                }),
            }
        }
    }
    classes
}

/// The classes that are more or less than one rule, with their meanings.
pub(super) fn meanings() -> impl Iterator<Item = (String, String)> {
    csv::Reader::from_reader(files::CLASSES.as_bytes())
        .into_deserialize()
        .map(|row| row.expect("queries/classes.csv has two columns in every row"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_has_a_meaning_of_its_own_exactly_where_it_is_not_one_rule() {
        let classes = classes();
        for class in &classes {
            assert_eq!(class.meaning.is_none(), class.only_rule().is_some(), "{}", class.name);
            let layer = class.rules[0].layer;
            assert!(class.rules.iter().all(|rule| rule.layer == layer), "{} is of two layers", class.name);
        }
        for (name, _) in meanings() {
            assert!(classes.iter().any(|class| class.name == name), "no rule has the class {name}");
        }
    }
}
