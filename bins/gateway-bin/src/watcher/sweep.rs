//! Pages of the account's newest tasks, for a watcher that is behind: a page shows five times as
//! many tasks as a LIST by id may ask for.
//!
//! Every other round stays a round by id, so that no tenant waits for the pages of another. What a
//! page does not show is not inferred from it: by id, every task gets its turn.

use seedance_model::TaskStatus;
use tenancy::UnixMillis;

/// Tasks in one page.
pub(super) const PAGE_SIZE: u32 = 500;
/// What a LIST by id looks at. A walk whose pages show fewer tasks worth looking at, on average, is
/// a waste.
const WORTH_A_LIST: u32 = 100;
/// Rounds by id before a walk is tried again that was a waste, because few of the newest tasks live.
const LONG_REST_ROUNDS: u32 = 20;
/// The same where many live, and all of them had just been looked at.
const SHORT_REST_ROUNDS: u32 = 2;

/// What a page showed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Page {
    /// Tasks in it.
    pub(super) shown: usize,
    /// Those that live.
    pub(super) live: usize,
    /// Those that were worth recording.
    pub(super) worth_it: usize,
    /// Tasks in the whole list, if it said so.
    pub(super) total: Option<u64>,
}

/// Where the walk through the pages is.
#[derive(Debug, Default)]
pub(super) struct Sweep {
    pages_done: u32,
    /// Tasks that this walk looked at.
    worth_it: u32,
    /// Live tasks that it showed.
    live: u32,
    rest_rounds: u32,
    /// Whether the last round was one by id, which was full.
    may_go: bool,
}

impl Sweep {
    /// The page to ask for in this round, or `None`: it is one by id.
    pub(super) fn next_page(&mut self) -> Option<u32> {
        let goes = std::mem::take(&mut self.may_go) && self.rest_rounds == 0;
        goes.then_some(self.pages_done + 1)
    }

    /// A round by id was made; when it was full, there is more to do than it can ask for.
    pub(super) fn looked_by_id(&mut self, was_full: bool) {
        self.may_go = was_full;
        self.rest_rounds = self.rest_rounds.saturating_sub(1);
        if !was_full {
            self.start_over();
        }
    }

    /// A page was looked at.
    pub(super) fn looked_at_page(&mut self, page: Page) {
        let count = |tasks: usize| u32::try_from(tasks).unwrap_or(PAGE_SIZE).min(PAGE_SIZE);
        self.pages_done += 1;
        self.worth_it += count(page.worth_it);
        self.live += count(page.live);
        let (seen, least) = (self.pages_done * PAGE_SIZE, WORTH_A_LIST * self.pages_done);
        let is_last = page.total.is_some_and(|total| total <= u64::from(seen));
        if page.shown < PAGE_SIZE as usize || is_last {
            // The last page is short, which is no reason to rest.
            self.start_over();
        } else if self.worth_it < least {
            let rests_long = self.live < least;
            self.start_over();
            self.rest_rounds = if rests_long { LONG_REST_ROUNDS } else { SHORT_REST_ROUNDS };
        }
    }

    fn start_over(&mut self) {
        (self.pages_done, self.worth_it, self.live) = (0, 0, 0);
    }
}

/// Whether a task that a page shows is worth recording: its status is not the one that is known, or
/// nobody has just looked at it.
pub(super) fn is_worth_it(
    known: TaskStatus,
    shown: Option<TaskStatus>,
    refreshed_at: UnixMillis,
    fresh_since: UnixMillis,
) -> bool {
    shown != Some(known) || refreshed_at < fresh_since
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The pages that are asked for in so many rounds, when each round by id is full.
    fn pages(sweep: &mut Sweep, rounds: usize, shown: usize, worth_it: usize) -> Vec<Option<u32>> {
        let round = |_| {
            let page = sweep.next_page();
            match page {
                Some(_) => {
                    sweep.looked_at_page(Page { shown, live: worth_it, worth_it, total: None });
                }
                None => sweep.looked_by_id(true),
            }
            page
        };
        (0..rounds).map(round).collect()
    }

    #[test]
    fn p17_every_other_round_is_by_id() {
        let asked = pages(&mut Sweep::default(), 6, 500, 500);
        assert_eq!(asked, [None, Some(1), None, Some(2), None, Some(3)]);
    }

    #[test]
    fn it_begins_anew_after_the_last_page_and_after_it_has_caught_up() {
        let mut sweep = Sweep::default();
        pages(&mut sweep, 4, 500, 500);
        assert_eq!(pages(&mut sweep, 4, 499, 1), [None, Some(3), None, Some(1)]);
        pages(&mut sweep, 4, 500, 500);
        sweep.looked_by_id(false);
        assert_eq!(pages(&mut sweep, 2, 500, 500), [None, Some(1)]);
    }

    #[test]
    fn it_does_not_ask_for_a_page_behind_the_last_one() {
        let mut sweep = Sweep::default();
        pages(&mut sweep, 4, 500, 500);
        sweep.looked_by_id(true);
        assert_eq!(sweep.next_page(), Some(3));
        sweep.looked_at_page(Page { shown: 500, live: 500, worth_it: 500, total: Some(1_500) });
        assert_eq!(pages(&mut sweep, 2, 500, 500), [None, Some(1)]);
    }

    #[test]
    fn a_poor_page_ends_no_walk_that_pays_on_average() {
        let mut sweep = Sweep::default();
        pages(&mut sweep, 2, 500, 500);
        let asked = pages(&mut sweep, 10, 500, 0);
        assert_eq!(asked.iter().flatten().copied().collect::<Vec<_>>(), [2, 3, 4, 5, 6]);
        assert_eq!(pages(&mut sweep, 20, 500, 500), [None; 20], "it rests");
    }

    #[test]
    fn a_page_that_was_a_waste_is_not_tried_again_at_once() {
        let mut sweep = Sweep::default();
        assert_eq!(pages(&mut sweep, 2, 500, 99), [None, Some(1)]);
        let asked = pages(&mut sweep, 22, 500, 500);
        assert_eq!(asked.iter().position(Option::is_some), Some(20));
    }

    #[test]
    fn it_rests_briefly_where_many_tasks_live_that_were_just_looked_at() {
        let mut sweep = Sweep::default();
        sweep.looked_by_id(true);
        assert_eq!(sweep.next_page(), Some(1));
        sweep.looked_at_page(Page { shown: 500, live: 500, worth_it: 0, total: None });
        let asked = pages(&mut sweep, 4, 500, 500);
        assert_eq!(asked, [None, None, Some(1), None]);
    }

    #[test]
    fn a_new_status_is_recorded_however_lately_the_task_was_looked_at() {
        use TaskStatus::{Running, Succeeded};
        let (then, later) = (UnixMillis(9), UnixMillis(10));
        assert!(!is_worth_it(Running, Some(Running), then, then));
        assert!(is_worth_it(Running, Some(Running), then, later));
        assert!(is_worth_it(Running, Some(Succeeded), then, then));
        assert!(is_worth_it(Running, None, then, then));
    }
}
