//! Tenants that hang up at every point of a create: what was bought is theirs all the same (P11).
//!
//! The exchange is cut at 40 points: in the head, in the body, while the upstream works, and in
//! the answer. Each cut is a FIN, a reset, or a half-close that goes on listening.

use std::sync::Arc;
use std::time::Duration;

use ark_sim::{Fault, Pace, Quotas, SimSettings, Verb};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::{Instant, interval, timeout};

use crate::books;
use crate::canary;
use crate::dice::Dice;
use crate::orders::Order;
use crate::tenant_client::{TASKS, TenantClient, http_client};
use crate::verdict::Verdict;
use crate::world::{Customer, World};

/// Points in each of the four parts of an exchange.
const POINTS: u64 = 10;
/// How long the upstream takes for a create.
const UPSTREAM: Duration = Duration::from_millis(30);
/// Exchanges at the same time.
const AT_ONCE: usize = 16;
/// Longest wait for the purchases that outlive their connections.
const PATIENCE: Duration = Duration::from_secs(20);

/// Where an exchange is cut.
#[derive(Clone, Copy, Debug)]
enum Point {
    /// After this many tenths of the head.
    Head(u64),
    /// After the head and this many tenths of the body.
    Body(u64),
    /// After this many tenths of the upstream's time.
    Waiting(u64),
    /// After this many tenths of the answer's first line.
    Answer(u64),
}

/// How it is cut.
#[derive(Clone, Copy, Debug)]
enum Cut {
    Fin,
    Reset,
    HalfClose,
}

pub(crate) async fn run(seed: u64, count: u64) -> anyhow::Result<Verdict> {
    let mut dice = Dice::new(seed);
    let settings = SimSettings { quotas: Quotas::OFF, pace: Pace::HELD, ..Default::default() };
    let world = Arc::new(World::build(settings, 2).await?);
    world.sim.faults().always(Verb::Create, Fault::Delay(UPSTREAM));
    let server = world.server().await?;
    let address = server.address().to_string();
    let answered = hang_up(&world, &address, &mut dice, count).await?;

    let store = world.store().await?;
    let mut verdict = Verdict::default();
    verdict.add("disconnects", count);
    verdict.add("begun to be answered", answered);
    come_to_rest(&world, &store, &mut verdict).await?;
    let sold = books::sold(&world.sim);
    verdict.require(sold.len() as u64 >= answered, || {
        format!("{answered} were answered, {} sold", sold.len())
    });
    verdict.absorb(books::balance(&world, &store).await?);
    for (place, customer) in world.customers.iter().enumerate() {
        let client = TenantClient::new(&http_client()?, &format!("http://{address}"), customer);
        let listed = client.list_all().await?;
        let own = sold.iter().filter(|task| task.tenant == place);
        let missing = own.filter(|task| !listed.iter().any(|id| id == task.id.as_str())).count();
        verdict.add("missing in a list", missing as u64);
        verdict.require(missing == 0, || format!("tenant {place} misses {missing} tasks"));
    }
    store.close().await?;
    server.stop().await?;
    Ok(verdict)
}

/// Cuts `count` exchanges; gives how many had begun to be answered.
async fn hang_up(world: &World, address: &str, dice: &mut Dice, count: u64) -> anyhow::Result<u64> {
    let (mut under_way, mut answered) = (JoinSet::new(), 0);
    for number in 0..count {
        if under_way.len() >= AT_ONCE
            && let Some(ended) = under_way.join_next().await
        {
            answered += u64::from(ended??);
        }
        let tenant = dice.place(world.customers.len());
        let Some(customer) = world.customers.get(tenant) else { continue };
        let order = Order::new(number, tenant, dice, true);
        let (point, cut) = (point(number), cut(dice));
        let (head, body) = (head(address, customer, &order), order.body);
        let address = address.to_owned();
        under_way.spawn(async move { exchange(&address, &head, &body, point, cut).await });
    }
    while let Some(ended) = under_way.join_next().await {
        answered += u64::from(ended??);
    }
    Ok(answered)
}

fn point(number: u64) -> Point {
    let tenths = number % POINTS;
    match number / POINTS % 4 {
        0 => Point::Head(tenths),
        1 => Point::Body(tenths),
        2 => Point::Waiting(tenths),
        _ => Point::Answer(tenths),
    }
}

fn cut(dice: &mut Dice) -> Cut {
    dice.pick(&[Cut::Fin, Cut::Reset, Cut::HalfClose]).copied().unwrap_or(Cut::Fin)
}

fn head(address: &str, customer: &Customer, order: &Order) -> String {
    format!(
        "POST {TASKS} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n",
        customer.token,
        order.body.len(),
    )
}

/// One exchange up to its cut; tells whether the answer had begun.
async fn exchange(
    address: &str,
    head: &str,
    body: &str,
    point: Point,
    cut: Cut,
) -> anyhow::Result<bool> {
    let mut stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let mut answered = false;
    match point {
        Point::Head(tenths) => stream.write_all(tenth(head, tenths)).await?,
        Point::Body(tenths) => {
            stream.write_all(head.as_bytes()).await?;
            stream.write_all(tenth(body, tenths)).await?;
        }
        Point::Waiting(tenths) => {
            stream.write_all(format!("{head}{body}").as_bytes()).await?;
            pause(UPSTREAM * u32::try_from(tenths)? / u32::try_from(POINTS)?).await;
        }
        Point::Answer(tenths) => {
            stream.write_all(format!("{head}{body}").as_bytes()).await?;
            let mut some = vec![0; usize::try_from(1 + 2 * tenths)?];
            answered = stream.read_exact(&mut some).await.is_ok();
            canary::answered("the begin of an answer", &some);
        }
    }
    finish(stream, cut).await;
    Ok(answered)
}

fn tenth(text: &str, tenths: u64) -> &[u8] {
    let end = text.len() * usize::try_from(tenths).unwrap_or(0) / 10;
    text.as_bytes().get(..end).unwrap_or_default()
}

/// Cuts the connection. What the server makes of it is not this side's business any more.
async fn finish(mut stream: TcpStream, cut: Cut) {
    match cut {
        Cut::Fin => drop(stream),
        Cut::Reset => {
            stream.set_zero_linger().ok();
            drop(stream);
        }
        Cut::HalfClose => {
            stream.shutdown().await.ok();
            let mut rest = Vec::new();
            timeout(Duration::from_secs(2), stream.read_to_end(&mut rest)).await.ok();
            canary::answered("an answer to half a connection", &rest);
        }
    }
}

/// Waits until no purchase is under way; every one ends bound, without the reconciler.
async fn come_to_rest(
    world: &World,
    store: &tenancy::Store,
    verdict: &mut Verdict,
) -> anyhow::Result<()> {
    let deadline = Instant::now() + PATIENCE;
    let mut looks = interval(Duration::from_millis(50));
    let mut before = None;
    loop {
        looks.tick().await;
        let open = books::open_intents(store).await?.len();
        let sold = world.sim.tasks().len();
        // A create that has not come this far by now would change one of the two.
        if open == 0 && before == Some(sold) {
            return Ok(());
        }
        before = Some(sold);
        if Instant::now() > deadline {
            verdict.wrong(format!("{open} intents are still open"));
            return Ok(());
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "hanging up at a certain time is the point")]
async fn pause(time: Duration) {
    tokio::time::sleep(time).await;
}
