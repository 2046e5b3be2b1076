//! Memory with a limit: large allocations live in unlinked temporary files that are mapped into memory, and their pages
//! are given back to the files whenever the process holds more than it may.
//!
//! What a program computes does not depend on where its memory lies, so a limited run gives the same bytes as any other;
//! it only takes longer. Nothing of this is at work unless [`limit`] is called. Linux only.

#![allow(
    unsafe_code,
    reason = "an allocator and mapped files cannot be had without; the proof stands at each block"
)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Smallest allocation that lives in a file.
const LARGE: usize = 1 << 20;
/// Least limit, in bytes.
pub const LEAST: u64 = 256 << 20;

/// Allocations of this size and above live in files: none, until a limit is set. Set once, and never raised again.
static FROM: AtomicUsize = AtomicUsize::new(usize::MAX);

/// The system's allocator, but for large allocations of a process with a limit.
pub struct Allocator;

// SAFETY: what is below `FROM` goes to the system's allocator with the same layout both ways. `FROM` falls once, from
// "none" to `LARGE`; a larger block is looked up among the mapped regions by its address, so one that was given out
// before it fell, or for which no file could be had, goes back to where it came from.
unsafe impl GlobalAlloc for Allocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if layout.size() >= FROM.load(Ordering::Relaxed)
            && let Some(block) = mapped::allocate(layout)
        {
            return block;
        }
        // SAFETY: the caller's promise about `layout`
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        if layout.size() >= FROM.load(Ordering::Relaxed)
            && let Some(block) = mapped::allocate(layout)
        {
            return block; // a new file reads as zeros
        }
        // SAFETY: the caller's promise about `layout`
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if layout.size() >= FROM.load(Ordering::Relaxed) && mapped::free(block) {
            return;
        }
        // SAFETY: it is no mapped region, so the system's allocator gave it
        unsafe { System.dealloc(block, layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        let from = FROM.load(Ordering::Relaxed);
        if layout.size() < from && size < from {
            // SAFETY: the system's allocator gave it, and it stays there
            return unsafe { System.realloc(block, layout, size) };
        }
        if size >= from
            && let Some(block) = mapped::resize(block, size)
        {
            return block;
        }
        // SAFETY: `size` with the alignment of `layout` is a layout, as the caller promises; both blocks hold the
        // bytes that are copied, and they do not overlap
        unsafe {
            let new = self.alloc(Layout::from_size_align_unchecked(size, layout.align()));
            if !new.is_null() {
                std::ptr::copy_nonoverlapping(block, new, layout.size().min(size));
                self.dealloc(block, layout);
            }
            new
        }
    }
}

/// Why a limit cannot be set.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Below [`LEAST`].
    #[error("a limit of less than 256 MiB leaves no room to work")]
    Small,
    /// Files cannot be mapped so on this system.
    #[error("memory can be limited on Linux only")]
    System,
    /// The folder's files are in memory themselves.
    #[error("the folder for temporary files, `{}`, is itself in memory\n  hint: name a folder on a disk in the environment variable `TMPDIR`", .0.display())]
    InMemory(std::path::PathBuf),
    /// The folder cannot be written to.
    #[error("no room for temporary files in `{}`: {}\n  hint: name another folder in the environment variable `TMPDIR`", .0.display(), .1)]
    Folder(std::path::PathBuf, std::io::Error),
}

/// Holds the process to about `bytes` of memory from now on: the rest waits in unlinked files in `folder`, which only this
/// process can read and which vanish with it.
///
/// # Errors
/// When the limit is too small, the folder takes no file or is in memory itself, or this is not Linux.
pub fn limit(bytes: u64, folder: &std::path::Path) -> Result<(), Error> {
    if bytes < LEAST {
        return Err(Error::Small);
    }
    mapped::start(bytes, folder)?;
    FROM.store(LARGE, Ordering::Relaxed);
    Ok(())
}

#[cfg(target_os = "linux")]
mod mapped {
    use std::alloc::Layout;
    use std::collections::BTreeMap;
    use std::ffi::c_void;
    use std::fs::File;
    use std::path::{Path, PathBuf};
    use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
    use std::time::Duration;

    use rustix::fs::{FallocateFlags, fallocate, fstatfs};
    use rustix::mm::{Advice, MapFlags, MremapFlags, ProtFlags, madvise, mmap, mremap, munmap};
    use rustix::param::page_size;
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    use super::Error;

    /// How often the size of the process is looked at.
    const LOOK: Duration = Duration::from_millis(5);
    /// The same, when it is not small.
    const LOOK_AGAIN: Duration = Duration::from_micros(300);

    /// A file mapped whole. The mapping is at the address under which the region is listed.
    struct Region {
        file: Arc<File>,
        bytes: usize,
    }

    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    /// All regions by address. Its own nodes are small and come from the system's allocator.
    static REGIONS: Mutex<BTreeMap<usize, Region>> = Mutex::new(BTreeMap::new());

    fn regions() -> MutexGuard<'static, BTreeMap<usize, Region>> {
        REGIONS.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes `file` so long, with room on the disk for all of it, so that writing to the mapping cannot fail later.
    fn reserve(file: &File, from: usize, bytes: usize) -> Option<()> {
        fallocate(
            file,
            FallocateFlags::empty(),
            from as u64,
            (bytes - from) as u64,
        )
        .ok()
    }

    fn whole_pages(bytes: usize) -> usize {
        bytes.next_multiple_of(page_size())
    }

    pub(super) fn allocate(layout: Layout) -> Option<*mut u8> {
        if layout.align() > page_size() {
            return None;
        }
        let bytes = whole_pages(layout.size());
        let file = Arc::new(tempfile::tempfile_in(FOLDER.get()?).ok()?);
        reserve(&file, 0, bytes)?;
        let (rights, flags) = (ProtFlags::READ | ProtFlags::WRITE, MapFlags::SHARED);
        // SAFETY: a new mapping of a file that is in no folder and that nothing else has open
        let address = unsafe { mmap(std::ptr::null_mut(), bytes, rights, flags, &file, 0) }.ok()?;
        // where memory is short, reading megabytes around each page that is asked for would drive out what is needed
        // SAFETY: the new mapping; the advice changes no byte
        let _ = unsafe { madvise(address, bytes, Advice::Random) };
        regions().insert(address as usize, Region { file, bytes });
        Some(address.cast())
    }

    /// Whether the block is a region, which is then gone.
    pub(super) fn free(block: *mut u8) -> bool {
        // off the list first: taking it down may last, and nobody else gets the address before that is done
        let Some(region) = regions().remove(&(block as usize)) else {
            return false;
        };
        // SAFETY: the mapping of this region, whose owner gives it back; no list names it any more
        let _ = unsafe { munmap(block.cast(), region.bytes) };
        true
    }

    /// The region with so many bytes, perhaps elsewhere; `None` if it is no region or cannot grow.
    pub(super) fn resize(block: *mut u8, size: usize) -> Option<*mut u8> {
        let bytes = whole_pages(size);
        let listed = |r: &Region| (r.file.clone(), r.bytes);
        let (file, before) = regions().get(&(block as usize)).map(listed)?;
        if bytes > before {
            reserve(&file, before, bytes)?;
        }
        // off the list meanwhile: nobody waits for the system but the owner
        let mut region = regions().remove(&(block as usize))?;
        // SAFETY: the mapping of this region, whose owner waits here and takes the new address for the old one
        let moved = unsafe { mremap(block.cast(), before, bytes, MremapFlags::MAYMOVE) };
        let address = moved.map_or(block, <*mut c_void>::cast);
        if moved.is_ok() {
            region.bytes = bytes;
        }
        regions().insert(address as usize, region);
        if moved.is_ok() && bytes < before {
            let _ = file.set_len(bytes as u64);
        }
        moved.is_ok().then_some(address)
    }

    pub(super) fn start(limit: u64, folder: &Path) -> Result<(), Error> {
        let fails = |e: std::io::Error| Error::Folder(folder.to_owned(), e);
        let file = tempfile::tempfile_in(folder).map_err(fails)?;
        let system = fstatfs(&file).map_err(|e| fails(e.into()))?;
        if matches!(system.f_type as u64, 0x0102_1994 | 0x8584_58f6) {
            return Err(Error::InMemory(folder.to_owned())); // tmpfs, ramfs
        }
        reserve(&file, 0, page_size())
            .ok_or_else(|| fails(std::io::ErrorKind::Unsupported.into()))?;
        // each region holds its file open
        let files = getrlimit(Resource::Nofile);
        let all = Rlimit {
            current: files.maximum,
            ..files
        };
        let _ = setrlimit(Resource::Nofile, all);
        let _ = FOLDER.set(folder.to_owned());
        let watch = std::thread::Builder::new().name("memory".into());
        watch.spawn(move || keep_below(limit)).map_err(fails)?;
        Ok(())
    }

    /// Gives pages back for ever, whenever the process holds nearly as much as it may.
    fn keep_below(limit: u64) {
        loop {
            let (held, mapped) = resident();
            // something is left to work with, however much lies elsewhere
            if held > limit / 10 * 6 && mapped > limit / 8 {
                give_back();
            }
            std::thread::sleep(if held > limit / 2 { LOOK_AGAIN } else { LOOK });
        }
    }

    pub(super) fn give_back() {
        let regions = regions();
        // pages that the system still has come back many at a time, faster than they go
        let _halted = super::halt::all_others();
        for (address, region) in regions.iter() {
            let address = *address as *mut c_void;
            // SAFETY: shared pages of a file: what was written is in the file and is read from there at the next use
            let _ = unsafe { madvise(address, region.bytes, Advice::LinuxDontNeed) };
        }
    }

    /// Bytes that the process holds in memory, and those of them that are pages of files.
    fn resident() -> (u64, u64) {
        let counts = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
        let pages = |at| counts.split(' ').nth(at).and_then(|n| n.parse().ok());
        let bytes = |at| pages(at).unwrap_or(0u64) * page_size() as u64;
        (bytes(1), bytes(2))
    }
}

/// All other threads stand still for a moment, each where a signal finds it.
#[cfg(target_os = "linux")]
mod halt {
    use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
    use std::sync::{Mutex, MutexGuard, Once, PoisonError};
    use std::time::{Duration, Instant};

    use rustix::process::getpid;
    use rustix::thread::{futex, gettid};

    /// A signal that nobody else uses, and that is ignored unless it is asked for.
    const SIGNAL: libc::c_int = libc::SIGURG;
    /// How long a thread is waited for: one that waits for the disk is halted when it comes back.
    const PATIENCE: Duration = Duration::from_millis(2);

    /// Whether threads are to halt.
    static HALT: AtomicU32 = AtomicU32::new(0);
    /// Threads that have halted.
    static HALTED: AtomicU32 = AtomicU32::new(0);

    /// What a thread does that gets the signal: system calls only, so that it may have been anywhere, in the midst of an
    /// allocation too. They leave `errno` alone.
    extern "C" fn stand_still(_: libc::c_int) {
        HALTED.fetch_add(1, SeqCst);
        while HALT.load(SeqCst) == 1 {
            let _ = futex::wait(&HALT, futex::Flags::PRIVATE, 1, None);
        }
        HALTED.fetch_sub(1, SeqCst);
    }

    /// The other threads; they go on when this is dropped, before the list of them is freed.
    pub(super) struct Halted {
        others: Vec<i32>,
        _alone: MutexGuard<'static, ()>,
    }

    impl Drop for Halted {
        fn drop(&mut self) {
            HALT.store(0, SeqCst);
            let _ = futex::wake(&HALT, futex::Flags::PRIVATE, i32::MAX as u32);
        }
    }

    /// Halts all threads but this one, which must not allocate, nor wait for a lock that it does not hold, until they go on.
    pub(super) fn all_others() -> Halted {
        static ONCE: Once = Once::new();
        // who halts is not halted
        static ALONE: Mutex<()> = Mutex::new(());
        let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        // SAFETY: a handler that is safe wherever the thread may have been, see there; system calls that it interrupts
        // are begun again
        ONCE.call_once(|| unsafe {
            let mut action: libc::sigaction = std::mem::zeroed();
            action.sa_sigaction = stand_still as *const () as libc::sighandler_t;
            action.sa_flags = libc::SA_RESTART;
            libc::sigaction(SIGNAL, &raw const action, std::ptr::null_mut());
        });
        let (process, own) = (getpid().as_raw_nonzero(), gettid().as_raw_nonzero());
        let tasks = std::fs::read_dir("/proc/self/task").into_iter().flatten();
        let threads = tasks
            .filter_map(|task| task.ok()?.file_name().to_str()?.parse().ok())
            .filter(|thread| *thread != own.get());
        let halted = Halted {
            others: threads.collect(),
            _alone: alone,
        };
        HALT.store(1, SeqCst);
        // SAFETY: a signal to a thread of this process; one that has ended meanwhile is none
        let sent = halted.others.iter().filter(|thread| unsafe {
            libc::syscall(libc::SYS_tgkill, process.get(), **thread, SIGNAL) == 0
        });
        let sent = sent.count() as u32;
        let asked = Instant::now();
        while HALTED.load(SeqCst) < sent && asked.elapsed() < PATIENCE {
            std::thread::yield_now();
        }
        halted
    }
}

#[cfg(not(target_os = "linux"))]
mod mapped {
    use std::alloc::Layout;

    pub(super) fn allocate(_: Layout) -> Option<*mut u8> {
        None
    }
    pub(super) fn free(_: *mut u8) -> bool {
        false
    }
    pub(super) fn resize(_: *mut u8, _: usize) -> Option<*mut u8> {
        None
    }
    pub(super) fn start(_: u64, _: &std::path::Path) -> Result<(), super::Error> {
        Err(super::Error::System)
    }
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use super::*;

    /// What the bytes at `from..to` should be.
    fn holds(block: *mut u8, bytes: std::ops::Range<usize>) -> bool {
        // SAFETY: the test wrote this much of the block
        bytes
            .clone()
            .all(|at| unsafe { *block.add(at) } == (at % 251) as u8)
    }

    fn fill(block: *mut u8, bytes: std::ops::Range<usize>) {
        // SAFETY: the block has at least so many bytes
        bytes.for_each(|at| unsafe { *block.add(at) = (at % 251) as u8 });
    }

    #[test]
    fn halted_threads_stand_still_and_go_on() {
        static STEPS: AtomicUsize = AtomicUsize::new(0);
        static DONE: AtomicUsize = AtomicUsize::new(0);
        let steps = || STEPS.load(Ordering::SeqCst);
        let moment = std::time::Duration::from_millis(20);
        std::thread::scope(|s| {
            s.spawn(|| {
                while DONE.load(Ordering::SeqCst) == 0 {
                    STEPS.fetch_add(1, Ordering::SeqCst);
                    std::hint::black_box(vec![0u8; 100]);
                }
            });
            while steps() == 0 {
                std::thread::yield_now();
            }
            let halted = halt::all_others();
            std::thread::sleep(moment); // it may have been about to halt
            let (before, after) = (steps(), {
                std::thread::sleep(moment);
                steps()
            });
            drop(halted);
            std::thread::sleep(moment);
            DONE.store(1, Ordering::SeqCst);
            assert_eq!(before, after);
            assert!(steps() > after);
        });
    }

    #[test]
    fn bytes_survive_growing_shrinking_and_being_given_back() {
        let folder = std::env::current_dir().unwrap();
        assert!(matches!(limit(1 << 20, &folder), Err(Error::Small)));
        assert!(matches!(
            limit(LEAST, std::path::Path::new("/nowhere")),
            Err(Error::Folder(..))
        ));
        let old = Layout::from_size_align(2 * LARGE, 8).unwrap();
        // SAFETY: each block is used within its size, with the layout that it has at the time, and freed once
        unsafe {
            let before = Allocator.alloc(old);
            fill(before, 0..2 * LARGE);
            limit(LEAST, &folder).unwrap();
            // given out before there was a limit: moves into a file when it grows
            let grown = Allocator.realloc(before, old, 5 * LARGE);
            assert!(holds(grown, 0..2 * LARGE));
            fill(grown, 0..5 * LARGE);
            mapped::give_back();
            assert!(holds(grown, 0..5 * LARGE));
            let large = Layout::from_size_align(5 * LARGE, 8).unwrap();
            let larger = Allocator.realloc(grown, large, 50 * LARGE);
            assert!(holds(larger, 0..5 * LARGE));
            fill(larger, 0..50 * LARGE);
            mapped::give_back();
            let largest = Layout::from_size_align(50 * LARGE, 8).unwrap();
            let small = Allocator.realloc(larger, largest, 1000);
            assert!(holds(small, 0..1000));
            Allocator.dealloc(small, Layout::from_size_align(1000, 8).unwrap());
            let zeros = Allocator.alloc_zeroed(large);
            assert!((0..5 * LARGE).all(|at| *zeros.add(at) == 0));
            assert!(mapped::free(zeros) && !mapped::free(zeros));
        }
    }
}
