//! The open order lists of one market.

use std::collections::BTreeMap;

use model::id::{AccountId, ListId, OrderId};
use model::order::ListKind;
use model::snapshot::ListRow;
use model::text::ClientOrderId;

/// The lists, and what leads to them.
#[derive(Clone, Debug, Default)]
pub struct Lists {
    rows: BTreeMap<ListId, OpenList>,
    by_client: BTreeMap<AccountId, BTreeMap<ClientOrderId, ListId>>,
    /// From an open leg to its list.
    by_leg: BTreeMap<OrderId, ListId>,
}

#[derive(Clone, Copy, Debug)]
pub struct OpenList {
    pub row: ListRow,
    /// Which legs are open: a bit each, by their place.
    open: u8,
}

/// What a leg is in its list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The others wait for it.
    Working,
    /// It waits, or waited, for the working leg, and has no partner.
    Alone,
    /// One of two of which one is done.
    Paired { partner: OrderId },
}

impl OpenList {
    fn role(&self, leg: OrderId) -> Role {
        let place = leg.0 - self.row.first_order.0;
        let at = |place: u64| OrderId(self.row.first_order.0 + place);
        match (self.row.kind, place) {
            (ListKind::OneCancelsOther, place) => Role::Paired {
                partner: at(1 - place),
            },
            (_, 0) => Role::Working,
            (ListKind::OneTriggersOther, _) => Role::Alone,
            (ListKind::OneTriggersOneCancelsOther, place) => Role::Paired {
                partner: at(3 - place),
            },
        }
    }

    /// Returns the open legs, by number.
    pub fn legs(&self) -> impl Iterator<Item = OrderId> + use<> {
        let OpenList { row, open } = *self;
        (0..row.kind.legs())
            .filter(move |place| open & (1 << place) != 0)
            .map(move |place| OrderId(row.first_order.0 + place))
    }
}

impl Lists {
    /// Adds a list, with all its legs open.
    pub fn open(&mut self, row: ListRow) {
        let open = (1 << row.kind.legs()) - 1;
        self.put(OpenList { row, open });
    }

    /// Puts a list of a snapshot back, of which these legs are open; false when there is none, or the name is taken.
    pub fn restore(&mut self, row: ListRow, is_open: impl Fn(OrderId) -> bool) -> bool {
        let places = 0..row.kind.legs();
        let open = places
            .filter(|place| is_open(OrderId(row.first_order.0 + place)))
            .fold(0, |open, place| open | 1 << place);
        if open == 0 || self.find(row.account, row.client_id).is_some() {
            return false;
        }
        self.put(OpenList { row, open });
        true
    }

    fn put(&mut self, list: OpenList) {
        let row = &list.row;
        let names = self.by_client.entry(row.account).or_default();
        names.insert(row.client_id, row.list);
        self.by_leg.extend(list.legs().map(|leg| (leg, row.list)));
        self.rows.insert(row.list, list);
    }

    /// Returns a list by number.
    pub fn get(&self, list: ListId) -> Option<&OpenList> {
        self.rows.get(&list)
    }

    /// Returns the list that an account calls by this name.
    pub fn find(&self, account: AccountId, client_id: ClientOrderId) -> Option<&OpenList> {
        self.rows
            .get(self.by_client.get(&account)?.get(&client_id)?)
    }

    /// Returns the list of an open leg, and what the leg is in it.
    pub fn of(&self, leg: OrderId) -> Option<(&OpenList, Role)> {
        let list = self.rows.get(self.by_leg.get(&leg)?)?;
        Some((list, list.role(leg)))
    }

    /// Returns whether an order is an open leg.
    pub fn is_leg(&self, order: OrderId) -> bool {
        self.by_leg.contains_key(&order)
    }

    /// Notes that a leg has ended.
    pub fn end_leg(&mut self, leg: OrderId) {
        let list = self.by_leg.remove(&leg).expect("the leg is open");
        let row = self.rows.get_mut(&list).expect("its list is open");
        row.open &= !(1 << (leg.0 - row.row.first_order.0));
    }

    /// Takes out a list whose legs have all ended, and returns it.
    pub fn close_if_done(&mut self, list: ListId) -> Option<ListRow> {
        let row = self.rows.get(&list).filter(|list| list.open == 0)?.row;
        self.rows.remove(&list);
        let names = self.by_client.get_mut(&row.account).expect("it had a name");
        names.remove(&row.client_id);
        if names.is_empty() {
            self.by_client.remove(&row.account);
        }
        Some(row)
    }

    /// Returns the number of open lists of an account.
    pub fn count_of(&self, account: AccountId) -> usize {
        self.by_client.get(&account).map_or(0, BTreeMap::len)
    }

    /// Returns the open lists, by number.
    pub fn rows(&self) -> impl Iterator<Item = &OpenList> {
        self.rows.values()
    }

    /// Returns whether the names and the legs lead to the lists and to nothing else, for the audit.
    pub fn is_consistent(&self) -> bool {
        let legs: usize = self.rows.values().map(|list| list.legs().count()).sum();
        let is_found = |list: &OpenList| {
            list.open != 0
                && self
                    .find(list.row.account, list.row.client_id)
                    .map(|found| found.row)
                    == Some(list.row)
                && list
                    .legs()
                    .all(|leg| self.by_leg.get(&leg) == Some(&list.row.list))
        };
        legs == self.by_leg.len()
            && self.rows.len() == self.by_client.values().map(BTreeMap::len).sum::<usize>()
            && self.rows.values().all(is_found)
    }
}
