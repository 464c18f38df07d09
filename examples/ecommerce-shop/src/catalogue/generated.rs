//! A catalogue of some 200 products, made from lists of words.

const STYLES: [&str; 10] =
    ["Walnut", "Striped", "Enamel", "Copper", "Woollen", "Tall", "Speckled", "Folding", "Indigo", "Rustic"];

/// What there is in each style, and what it costs at least and at most, in minor units.
const THINGS: [(&str, i64, i64); 21] = [
    ("teapot", 1_800, 4_900),
    ("mug", 450, 1_600),
    ("picnic basket", 2_500, 7_900),
    ("lantern", 900, 3_900),
    ("bookend", 700, 2_900),
    ("doormat", 1_200, 3_500),
    ("cushion", 1_100, 4_200),
    ("candle", 295, 1_450),
    ("cake stand", 1_500, 4_500),
    ("clock", 1_900, 8_900),
    ("watering can", 1_300, 3_900),
    ("apron", 1_000, 2_800),
    ("notebook", 250, 1_200),
    ("wall hook", 195, 850),
    ("plant pot", 600, 2_600),
    ("blanket", 2_200, 9_500),
    ("tray", 900, 3_200),
    ("bird feeder", 1_050, 3_100),
    ("mirror", 2_900, 14_900),
    ("umbrella", 1_250, 3_600),
    ("postcard", 60, 150),
];

/// A product, and how much there is of it.
pub(super) struct Article {
    pub(super) sku: String,
    pub(super) name: String,
    pub(super) price: i64,
    pub(super) pieces: i64,
}

/// The catalogue of a seed.
pub(super) fn articles(seed: u64) -> Vec<Article> {
    let mut random = fastrand::Rng::with_seed(seed);
    let mut articles = Vec::with_capacity(THINGS.len() * STYLES.len());
    for (thing, cheapest, dearest) in THINGS {
        for style in STYLES {
            let name = format!("{style} {thing}");
            articles.push(Article {
                sku: name.to_lowercase().replace(' ', "-"),
                name,
                price: random.i64(cheapest..=dearest),
                pieces: random.i64(20..=400),
            });
        }
    }
    articles
}
