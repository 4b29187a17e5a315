//! The loop over the requests of one connection.

use std::io;
use std::sync::Arc;

use tokio::net::TcpStream;

use crate::exchange::exchange;
use crate::http::{Body, End, Reply, Step, Wire};
use crate::world::World;

/// Answers requests until the connection ends. An error on the wire ends it quietly: the client
/// sees what it did, and the record of calls shows what arrived.
pub(crate) async fn serve(stream: TcpStream, world: Arc<World>) {
    // A reply is one write, so Nagle would only delay it.
    if stream.set_nodelay(true).is_ok() {
        drop(converse(Wire::new(stream), &world).await);
    }
}

async fn converse(mut wire: Wire, world: &Arc<World>) -> io::Result<()> {
    loop {
        let head = match wire.head().await {
            Ok(Some(head)) => head,
            Ok(None) => return Ok(()),
            Err(_) => return refuse(&mut wire).await,
        };
        let script = exchange(&mut wire, head, world).await?;
        for step in script.steps {
            wire.perform(step).await?;
        }
        match script.end {
            End::KeepAlive => {}
            End::Close => return Ok(()),
            End::Reset => return wire.reset(),
            End::Hold => return wire.hold().await,
            End::ResetNext => {
                wire.next_request().await?;
                return wire.reset();
            }
        }
    }
}

/// Answers what is no HTTP.
async fn refuse(wire: &mut Wire) -> io::Result<()> {
    let reply = Reply::new(400, Body::Empty).with("connection", "close");
    wire.perform(Step::Send(reply.render().whole())).await
}
