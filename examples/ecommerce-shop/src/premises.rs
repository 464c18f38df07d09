//! The shop, open: for visitors who come by, or for whoever asks.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use ecommerce_shop::export::Export;
use ecommerce_shop::visitors::{self, Crowd, Door, Post, Tally};
use ecommerce_shop::{Faults, Settings, Shop};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::MissedTickBehavior;

use crate::Failure;
use crate::arguments::{Premises, Serve, Visit};

/// How often the shop's clock strikes: it ends windows, finds silent carts, and looks for what is slow.
const STROKE: Duration = Duration::from_secs(1);

/// Later than carts are silent before they are abandoned, which is half an hour.
const CLOSING_TIME: Duration = Duration::from_secs(31 * 60);

/// How long whoever is inside may take to leave when it closes.
const PATIENCE: Duration = Duration::from_secs(10);

/// Opens the shop, lets a crowd walk through it, and closes it.
pub(crate) async fn visit(arguments: &Visit, export: &Export) -> Result<Tally, Failure> {
    let shop = Arc::new(open(&arguments.premises, arguments.seed, export).await?);
    let listener = listen(([127, 0, 0, 1], 0).into()).await?;
    let address = listener.local_addr().map_err(Failure::unusable)?;
    let house = House::open(&shop, listener);
    let door = Door::new(address, export.telemetry(), export.propagate());
    let crowd = Crowd {
        visitors: arguments.visitors,
        at_once: arguments.concurrency.into(),
        seed: arguments.seed,
        occasion: export.telemetry().now().unix_nanos(),
    };
    let keep_up = || tokio::task::block_in_place(|| export.keep_up());
    let walked = visitors::walk(crowd, &door, &post_of(&shop), keep_up).await;
    house.close().await?;
    let now = export.telemetry().now();
    shop.sweep(now);
    // Nobody comes back to what they left in their carts.
    shop.sweep(now.after(CLOSING_TIME));
    if let Some(shop) = Arc::into_inner(shop) {
        shop.close().await;
    }
    walked.map_err(Failure::wrong)
}

/// Opens the shop until ctrl-c.
pub(crate) async fn serve(arguments: &Serve, export: &Export) -> Result<(), Failure> {
    let shop = Arc::new(open(&arguments.premises, arguments.seed, export).await?);
    let listener = listen(arguments.listen).await?;
    let address = listener.local_addr().map_err(Failure::unusable)?;
    let mut news = Some(format!("the shop is open at http://{address}; ctrl-c closes it"));
    let house = House::open(&shop, listener);
    let mut clock = tokio::time::interval(STROKE);
    clock.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let mut closing = std::pin::pin!(tokio::signal::ctrl_c());
    let asked = loop {
        tokio::select! {
            // First, so that it is listened for before anybody hears that the shop is open.
            biased;
            asked = &mut closing => break asked,
            _ = clock.tick() => {
                news.take().into_iter().for_each(|news| crate::say(format_args!("{news}")));
                shop.sweep(export.telemetry().now());
            }
        }
    };
    house.close().await?;
    if let Some(shop) = Arc::into_inner(shop) {
        shop.close().await;
    }
    asked.map_err(Failure::unusable)
}

async fn open(premises: &Premises, seed: u64, export: &Export) -> Result<Shop, Failure> {
    let Premises { database, declined, failing } = premises;
    let settings = Settings::default();
    let settings = Settings {
        database: database.parse().map_err(Failure::unusable)?,
        faults: Faults { declined: *declined, failing: *failing, ..settings.faults },
        seed,
        ..settings
    };
    Shop::open(settings, export.telemetry()).await.map_err(Failure::unusable)
}

async fn listen(address: SocketAddr) -> Result<TcpListener, Failure> {
    let failed = |error| Failure::unusable(format_args!("cannot listen at {address}: {error}"));
    TcpListener::bind(address).await.map_err(failed)
}

fn post_of(shop: &Arc<Shop>) -> Post {
    let shop = Arc::clone(shop);
    Arc::new(move |address| shop.mailbox().take(address).into_iter().find_map(|mail| mail.token))
}

/// A shop that is being served on a task of its own.
struct House {
    close: oneshot::Sender<()>,
    served: JoinHandle<std::io::Result<()>>,
}

impl House {
    fn open(shop: &Shop, listener: TcpListener) -> Self {
        let (close, closed) = oneshot::channel::<()>();
        let until = async {
            // Whether somebody says so or goes away: it is closed.
            let _ = closed.await;
        };
        let serving = axum::serve(listener, shop.router()).with_graceful_shutdown(until);
        Self { close, served: tokio::spawn(async { serving.await }) }
    }

    /// Lets nobody in any more, and waits for those who are inside, but not for ever.
    async fn close(self) -> Result<(), Failure> {
        drop(self.close);
        match tokio::time::timeout(PATIENCE, self.served).await {
            Ok(served) => served.map_err(Failure::wrong)?.map_err(Failure::wrong),
            Err(_) => {
                crate::say(format_args!("somebody is still inside after {PATIENCE:?}, and is shown out"));
                Ok(())
            }
        }
    }
}
