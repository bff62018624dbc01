//! Questions about lists, prevented matches and amendments, asked of the views and of the naive list.

use crate::chance::Chance;
use crate::exchange::{ACCOUNTS, Exchange, MARKETS};
use crate::naive::Naive;
use crate::questions::{asked, newest};
use model::id::{AccountId, ListId, MarketId, OrderId, PreventedMatchId, Sequence};
use model::text::ClientOrderId;
use views::amendment::Amendment;
use views::prevented::PreventedMatch;
use views::span::Span;
use views::views::Views;

/// Compares every answer of the views with the naive one.
pub fn compare_rare(exchange: &Exchange, naive: &Naive, span: Span, chance: &mut Chance) {
    for account in ACCOUNTS {
        compare_lists(exchange, naive, account, span, chance);
        for market in MARKETS {
            compare_prevented(exchange, naive, (account, market), chance);
            compare_amendments(exchange, naive, (account, market), chance);
        }
    }
}

fn compare_lists(
    exchange: &Exchange,
    naive: &Naive,
    account: AccountId,
    span: Span,
    chance: &mut Chance,
) {
    let views = &exchange.views;
    let kept = naive.rare.lists_of(account);
    let count = chance.below(20) as usize;
    let first = ListId(chance.below(kept.last().map_or(0, |list| list.list.0) + 9));
    assert_eq!(
        views.open_lists(account),
        asked(&kept, usize::MAX, |list| !list.is_closed)
    );
    assert_eq!(views.newest_lists(account, count), newest(&kept, count));
    assert_eq!(
        views.lists_from(account, first, count),
        asked(&kept, count, |list| first <= list.list)
    );
    assert_eq!(
        views.lists_within(account, span, count),
        asked(&kept, count, |list| span.includes(list.created_at))
    );
    assert_eq!(
        views.list(account, first),
        kept.iter().find(|list| list.list == first).copied()
    );
    for number in 0..25 {
        let client_id = ClientOrderId::from_number(number);
        let mut named = kept.iter().filter(|list| list.client_id == client_id);
        assert_eq!(
            views.list_of(account, client_id),
            named.next_back().copied()
        );
    }
}

fn compare_prevented(
    exchange: &Exchange,
    naive: &Naive,
    (account, market): (AccountId, MarketId),
    chance: &mut Chance,
) {
    let views = &exchange.views;
    let in_market = |row: &PreventedMatch| row.market == market;
    let kept = asked(&naive.rare.prevented, usize::MAX, in_market);
    let is_own =
        |row: &PreventedMatch| row.maker_account == account || row.taker_account == account;
    let first = PreventedMatchId(chance.below(kept.last().map_or(0, |row| row.prevented.0) + 9));
    let count = chance.below(20) as usize;
    assert_eq!(
        views.prevented_match(market, first),
        kept.iter().find(|row| row.prevented == first).copied()
    );
    assert_eq!(
        views.prevented_from(account, market, first, count),
        asked(&kept, count, |row| first <= row.prevented && is_own(row))
    );
    for order in kept
        .iter()
        .flat_map(|row| [row.maker_order, row.taker_order])
    {
        assert_eq!(
            views.prevented_of_order(account, market, order, first, count),
            asked(&kept, count, |row| {
                let is_of_order = row.maker_order == order || row.taker_order == order;
                first <= row.prevented && is_of_order && is_own(row)
            })
        );
    }
}

fn compare_amendments(
    exchange: &Exchange,
    naive: &Naive,
    (account, market): (AccountId, MarketId),
    chance: &mut Chance,
) {
    let kept = &naive.rare.amendments;
    let last = kept.last().map_or(0, |row| row.sequence.0);
    let from = Sequence(last.saturating_sub(chance.below(400)));
    let count = chance.below(5) as usize;
    for order in kept.iter().map(|row| row.order) {
        let is_asked = |row: &Amendment| {
            (row.account, row.market, row.order) == (account, market, order) && from <= row.sequence
        };
        assert_eq!(
            exchange
                .views
                .amendments(account, market, order, from, count),
            asked(kept, count, is_asked)
        );
    }
}

/// Returns every answer as text, so that two views can be compared.
pub fn rare_answers(views: &Views, (span, count, number): (Span, usize, u64)) -> Vec<String> {
    let mut answers = Vec::new();
    for account in ACCOUNTS {
        answers.push(format!("{:?}", views.open_lists(account)));
        answers.push(format!("{:?}", views.newest_lists(account, count)));
        answers.push(format!("{:?}", views.lists_within(account, span, count)));
        let from = views.lists_from(account, ListId(number), count);
        answers.push(format!("{from:?}"));
        for number in 0..25 {
            let named = views.list_of(account, ClientOrderId::from_number(number));
            answers.push(format!("{named:?}"));
        }
        for market in MARKETS {
            let first = PreventedMatchId(number / 4);
            let prevented = views.prevented_from(account, market, first, count);
            answers.push(format!("{prevented:?}"));
            for order in (0..number).map(OrderId) {
                let first = PreventedMatchId(0);
                let prevented = views.prevented_of_order(account, market, order, first, count);
                let amended = views.amendments(account, market, order, Sequence(0), count);
                answers.push(format!("{prevented:?} {amended:?}"));
            }
        }
    }
    answers
}
