//! The HTTP edge over raw sockets: what is refused, what is bounded, what is shed, how it stops.

mod behind_nginx;
mod bodies;
mod caps;
mod counted;
mod drain;
mod overload;
mod running;
mod sizes;
mod smuggling;
mod table;
mod wire;

pub(crate) use table::CASES;
pub(crate) use wire::{exchange, statuses};
