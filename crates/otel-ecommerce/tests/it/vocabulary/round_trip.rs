//! There and back: an event survives the words of others, but for what they have no words for.

use otel_core::{Currency, Money, Sensitive};
use otel_ecommerce::vocabulary::{
    AmountField, Dialect, EventKind, Item, ItemField, Part, ShopEvent, TextField,
};
use proptest::prelude::*;

use super::currency;
use super::names::FLAT;

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_event_comes_back_as_it_went(draft in draft()) {
        for dialect in Dialect::ALL {
            let Some(name) = dialect.vocabulary().name_of(draft.kind) else { continue };
            let event = draft.event(*dialect, &[]);
            let exported = dialect.export_with_search_term(&event).expect("an event with a name");
            prop_assert_eq!(exported.name, name);
            let imported = dialect.import(name, &exported.params, None).expect("what we wrote ourselves");
            prop_assert_eq!(&imported.ignored, &vec![], "{}", exported.params);
            prop_assert_eq!(imported.event, draft.event(*dialect, &exported.left_out), "{}", exported.params);
        }
    }
}

#[test]
fn every_event_with_a_name_makes_the_way() {
    let (mut ga4, mut segment) = (0, 0);
    for kind in EventKind::ALL {
        let draft = full(*kind);
        for (dialect, count) in [(Dialect::Ga4, &mut ga4), (Dialect::Segment, &mut segment)] {
            let Some(name) = dialect.vocabulary().name_of(*kind) else { continue };
            let exported =
                dialect.export_with_search_term(&draft.event(dialect, &[])).expect("an event with a name");
            let imported = dialect.import(name, &exported.params, None).expect("what we wrote ourselves");
            assert_eq!(imported.ignored, [], "{name}");
            assert_eq!(imported.event, draft.event(dialect, &exported.left_out), "{name}");
            *count += 1;
        }
    }
    assert_eq!((ga4, segment), (16, 28));
}

#[test]
fn what_is_left_out_is_what_has_no_name() {
    for kind in EventKind::ALL {
        for dialect in Dialect::ALL {
            let event = full(*kind).event(*dialect, &[]);
            let Ok(exported) = dialect.export_with_search_term(&event) else { continue };
            let vocabulary = dialect.vocabulary();
            let texts = TextField::ALL.iter().filter(|field| field.name_in(vocabulary, *kind).is_none());
            let amounts = AmountField::ALL.iter().filter(|field| field.name_in(vocabulary, *kind).is_none());
            let items = ItemField::ALL.iter().filter(|field| field.name_in(vocabulary).is_none());
            let own = match dialect {
                Dialect::Ga4 => Part::Step,
                _ => Part::ItemDiscount,
            };
            let expected: Vec<Part> = (texts.map(|field| Part::Text(*field)))
                .chain(amounts.map(|field| Part::Amount(*field)))
                .chain(items.map(|field| Part::ItemText(*field)))
                .chain([own])
                .collect();
            assert_eq!(exported.left_out.len(), expected.len(), "{kind:?} {dialect:?}");
            assert!(expected.iter().all(|part| exported.left_out.contains(part)), "{exported:?}");
        }
    }
}

/// What an event is made of.
#[derive(Clone, Debug)]
struct Draft {
    kind: EventKind,
    currency: Currency,
    texts: Vec<(TextField, String)>,
    search_term: Option<String>,
    amounts: Vec<(AmountField, i64)>,
    step: Option<u32>,
    items: Vec<DraftItem>,
}

#[derive(Clone, Debug)]
struct DraftItem {
    id: String,
    texts: Vec<(ItemField, String)>,
    price: Option<i64>,
    discount: Option<i64>,
    quantity: Option<u32>,
    position: Option<u32>,
}

impl Draft {
    /// The event without what is left out; where a dialect knows one item, the first.
    fn event(&self, dialect: Dialect, without: &[Part]) -> ShopEvent {
        let money = |minor| Money::from_minor(minor, self.currency);
        let mut event = ShopEvent::new(self.kind);
        event.set_currency(self.currency).expect("the first currency");
        for (field, text) in self.texts.iter().filter(|it| !without.contains(&Part::Text(it.0))) {
            event.set_text(*field, text).expect("a text");
        }
        if let Some(term) = &self.search_term {
            event.set_search_term(Sensitive::new(term)).expect("a text");
        }
        for (field, minor) in self.amounts.iter().filter(|it| !without.contains(&Part::Amount(it.0))) {
            event.set_amount(*field, money(*minor)).expect("an amount");
        }
        if let Some(step) = self.step.filter(|_| !without.contains(&Part::Step)) {
            event.set_step(step);
        }
        let room = if dialect == Dialect::Segment && FLAT.contains(&self.kind) { 1 } else { usize::MAX };
        for draft in self.items.iter().take(room) {
            let mut item = Item::new(&draft.id).expect("an identifier");
            for (field, text) in draft.texts.iter().filter(|it| !without.contains(&Part::ItemText(it.0))) {
                item = item.described(*field, text).expect("a text");
            }
            if let Some(price) = draft.price {
                item = item.priced(money(price)).expect("a price");
            }
            if let Some(discount) = draft.discount.filter(|_| !without.contains(&Part::ItemDiscount)) {
                item = item.discounted(money(discount)).expect("a discount");
            }
            if let Some(quantity) = draft.quantity {
                item = item.times(quantity).expect("a piece");
            }
            if let Some(position) = draft.position {
                item = item.at(position);
            }
            event.add_item(item).expect("room");
        }
        event
    }
}

/// An event that says everything.
fn full(kind: EventKind) -> Draft {
    let item = DraftItem {
        id: "sku".to_owned(),
        texts: ItemField::ALL.iter().map(|field| (*field, format!("{field:?}"))).collect(),
        price: Some(1_990),
        discount: Some(100),
        quantity: Some(2),
        position: Some(0),
    };
    Draft {
        kind,
        currency: currency("EUR"),
        texts: TextField::ALL.iter().map(|field| (*field, format!("{field:?}"))).collect(),
        search_term: Some("roses".to_owned()),
        amounts: AmountField::ALL.iter().zip(1..).map(|(field, minor)| (*field, minor)).collect(),
        step: Some(3),
        items: vec![item.clone(), item],
    }
}

fn draft() -> impl Strategy<Value = Draft> {
    let kind = prop::sample::select(EventKind::ALL.to_vec());
    let code = prop::sample::select(vec!["JPY", "EUR", "KWD", "CLF", "XAU"]);
    let texts = prop::collection::vec((prop::sample::select(TextField::ALL.to_vec()), text()), 0..8);
    let minor = prop_oneof![0..100_000_i64, 0..=i64::MAX];
    let amounts = prop::collection::vec((prop::sample::select(AmountField::ALL.to_vec()), minor), 0..5);
    let items = prop::collection::vec(draft_item(), 0..6);
    let texts = (texts, prop::option::of(text()));
    (kind, code, texts, amounts, prop::option::of(any::<u32>()), items).prop_map(
        |(kind, code, (texts, search_term), amounts, step, items)| Draft {
            kind,
            currency: currency(code),
            texts,
            search_term,
            amounts,
            step,
            items,
        },
    )
}

fn draft_item() -> impl Strategy<Value = DraftItem> {
    let texts = prop::collection::vec((prop::sample::select(ItemField::ALL.to_vec()), text()), 0..4);
    let money = || prop::option::of(0..=i64::MAX);
    (text(), texts, money(), money(), prop::option::of(1..=u32::MAX), prop::option::of(any::<u32>()))
        .prop_map(|(id, texts, price, discount, quantity, position)| DraftItem {
            id,
            texts,
            price,
            discount,
            quantity,
            position,
        })
}

/// Texts with what JSON has to escape.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![4 => "[a-z0-9-]{1,12}", 1 => "[\"\\\\/<>é☕𝄞 ]{0,7}[\"\\\\/<>é☕𝄞]"]
}
