//! What keeps secrets out of files that the system writes.

/// Makes this process leave no core dump and lets no other one read its memory. Call it before credentials
/// are read. What a system does not offer is left out: it is a second line of defence.
pub fn keep_secrets_in_memory() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};

        let none = Rlimit { current: Some(0), maximum: Some(0) };
        let _ = setrlimit(Resource::Core, none);
    }
    #[cfg(any(target_os = "linux", target_os = "android"))]
    {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};

        let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn no_core_dump_is_left() {
        use rustix::process::{DumpableBehavior, Resource, dumpable_behavior, getrlimit};

        keep_secrets_in_memory();
        assert_eq!(getrlimit(Resource::Core).maximum, Some(0));
        assert_eq!(dumpable_behavior().unwrap(), DumpableBehavior::NotDumpable);
    }
}
