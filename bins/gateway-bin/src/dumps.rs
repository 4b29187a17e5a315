//! Keeps the memory of this process, which has keys in it, out of core dumps and other processes.

use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};

/// No core dump from now on, and no debugger of another process of the same user.
///
/// Where the system refuses, the process goes on: its supervisor has limits of its own.
pub(crate) fn forbid() {
    setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) }).ok();
    #[cfg(target_os = "linux")]
    set_dumpable_behavior(DumpableBehavior::NotDumpable).ok();
}

#[cfg(test)]
mod tests {
    use rustix::process::{DumpableBehavior, Resource, dumpable_behavior, getrlimit};

    #[test]
    fn p20_the_memory_of_the_process_is_not_dumped() {
        super::forbid();
        assert_eq!(getrlimit(Resource::Core).current, Some(0));
        assert!(matches!(dumpable_behavior().unwrap(), DumpableBehavior::NotDumpable));
    }
}
