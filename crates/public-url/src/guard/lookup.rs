//! One family of a name: the question, the aliases on the way, and what counts as an answer.

use std::net::IpAddr;

use hickory_resolver::net::xfer::{DnsHandle, FirstAnswer};
use hickory_resolver::net::{DnsError, NetError, NoRecords};
use hickory_resolver::proto::op::{DnsRequestOptions, Query, ResponseCode};
use hickory_resolver::proto::rr::{Name, RData, Record, RecordType};

use super::name_servers::Pool;

/// The most aliases (CNAME records) between a name and its addresses.
const MAX_ALIASES: usize = 8;

/// DNS did not give a whole answer; why is nobody's business but the resolver's log.
pub(super) struct Unanswered;

/// The addresses of one family; none if the name servers say that there are none.
///
/// Addresses count whatever name they stand under: another resolver may use a record that this
/// one has no need for.
pub(super) async fn look_up(
    pool: &Pool,
    mut name: Name,
    family: RecordType,
) -> Result<Vec<IpAddr>, Unanswered> {
    let mut addresses = Vec::new();
    let mut aliases = 0;
    loop {
        let records = ask(pool, &name, family).await?;
        if records.is_empty() {
            return Ok(addresses);
        }
        addresses.extend(records.iter().filter_map(|record| record.data.ip_addr()));
        let target = follow(&name, &records, &mut aliases)?;
        if has_address(&target, family, &records) {
            return Ok(addresses);
        }
        if target == name {
            // Records, but none about this name.
            return Err(Unanswered);
        }
        name = target;
    }
}

/// The records of the answer section; empty only if the name servers say that there are none.
async fn ask(pool: &Pool, name: &Name, family: RecordType) -> Result<Vec<Record>, Unanswered> {
    let query = Query::query(name.clone(), family);
    let answer = pool.lookup(query, DnsRequestOptions::default());
    match answer.first_answer().await {
        Ok(response) if is_definite(response.response_code) && !response.answers.is_empty() => {
            Ok(response.answers.clone())
        }
        Err(NetError::Dns(DnsError::NoRecordsFound(none))) if is_negative(&none) => Ok(Vec::new()),
        Ok(_) | Err(_) => Err(Unanswered),
    }
}

/// "No such name" is as definite as "no such records": some servers say it of one family only.
fn is_definite(code: ResponseCode) -> bool {
    matches!(code, ResponseCode::NoError | ResponseCode::NXDomain)
}

/// An empty answer that names other servers and no zone is a referral, not an answer.
fn is_negative(none: &NoRecords) -> bool {
    is_definite(none.response_code) && (none.soa.is_some() || none.ns.is_none())
}

/// The name at the end of the aliases that this answer has for `name`.
fn follow(name: &Name, records: &[Record], aliases: &mut usize) -> Result<Name, Unanswered> {
    let mut name = name;
    while let Some(target) = alias(name, records)? {
        *aliases += 1;
        if *aliases > MAX_ALIASES {
            return Err(Unanswered);
        }
        name = target;
    }
    Ok(name.clone())
}

/// What `name` is an alias of; two different targets are no answer, as others may take the other.
fn alias<'a>(name: &Name, records: &'a [Record]) -> Result<Option<&'a Name>, Unanswered> {
    let mut targets = records.iter().filter_map(|record| {
        let RData::CNAME(target) = &record.data else {
            return None;
        };
        (record.name == *name).then_some(&target.0)
    });
    let first = targets.next();
    if targets.any(|target| Some(target) != first) {
        return Err(Unanswered);
    }
    Ok(first)
}

fn has_address(name: &Name, family: RecordType, records: &[Record]) -> bool {
    records.iter().any(|record| record.name == *name && record.record_type() == family)
}
