//! Panels, and where they stand.

use crate::document::{Map, Node};

/// Panels under a heading.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) title: String,
    pub(super) panels: Vec<Panel>,
}

/// One panel.
#[derive(Clone, Debug)]
pub(super) struct Panel {
    pub(super) title: String,
    pub(super) description: String,
    pub(super) kind: Kind,
    pub(super) unit: &'static str,
    pub(super) targets: Vec<Target>,
    /// From which values on which colour; empty where no value is better than another.
    pub(super) thresholds: Vec<Threshold>,
    /// Of the 24 columns there are.
    pub(super) width: usize,
}

/// How values are shown.
#[derive(Clone, Debug)]
pub(super) enum Kind {
    /// Lines over time.
    Lines,
    /// One number in a colour.
    Number,
    /// Bars over time, whose values have names and colours.
    States(Vec<(i64, &'static str, &'static str)>),
}

/// A query and what its series are called.
#[derive(Clone, Debug)]
pub(super) struct Target {
    pub(super) query: String,
    pub(super) legend: String,
}

/// From a value on, a colour; from the least on where there is no value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Threshold {
    pub(super) from: Option<f64>,
    pub(super) colour: &'static str,
}

pub(super) const GREEN: &str = "green";
pub(super) const ORANGE: &str = "orange";
pub(super) const RED: &str = "red";

const COLUMNS: usize = 24;
const HEIGHT: usize = 8;

/// All rows below one another, with their panels in lines.
pub(super) fn laid_out(rows: &[Row]) -> Vec<Node> {
    let mut nodes = Vec::new();
    let mut y = 0;
    for row in rows {
        let place = [0, y, COLUMNS, 1];
        let head = Map::new()
            .with("id", id(&[&row.title]))
            .with("type", "row")
            .with("title", row.title.as_str())
            .with("collapsed", false)
            .with("gridPos", grid(place))
            .with("panels", Vec::new());
        nodes.push(head.into());
        y += 1;
        let mut x = 0;
        for panel in &row.panels {
            if x + panel.width > COLUMNS {
                x = 0;
                y += HEIGHT;
            }
            nodes.push(panel.node(&row.title, [x, y, panel.width, HEIGHT]).into());
            x += panel.width;
        }
        y += if row.panels.is_empty() { 0 } else { HEIGHT };
    }
    nodes
}

/// A number made of the titles: links to a panel stay good when others are added.
fn id(titles: &[&str]) -> i64 {
    // FNV-1a, which is the same everywhere and for ever; Grafana takes 31 bits.
    let bytes = titles.iter().flat_map(|title| title.bytes().chain([0]));
    let hash = bytes.fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    i64::from(hash >> 1)
}

fn grid([x, y, width, height]: [usize; 4]) -> Map {
    Map::new().with("x", x).with("y", y).with("w", width).with("h", height)
}

pub(super) fn data_source() -> Map {
    Map::new().with("type", "prometheus").with("uid", "${datasource}")
}

impl Panel {
    fn node(&self, row: &str, place: [usize; 4]) -> Map {
        let (kind, custom, options) = match &self.kind {
            Kind::Lines => ("timeseries", lines(!self.thresholds.is_empty()), line_options()),
            Kind::Number => ("stat", Map::new(), number_options()),
            Kind::States(_) => ("state-timeline", Map::new().with("fillOpacity", 70), state_options()),
        };
        let targets = self.targets.iter().zip('A'..='Z').map(|(target, letter)| {
            Map::new()
                .with("refId", letter.to_string())
                .with("datasource", data_source())
                .with("editorMode", "code")
                .with("expr", target.query.as_str())
                .with("legendFormat", target.legend.as_str())
                .with("range", true)
        });
        let defaults = Map::new()
            .with("unit", self.unit)
            .with("color", Map::new().with("mode", self.colour_mode()))
            .with("mappings", self.mappings())
            .with("thresholds", Map::new().with("mode", "absolute").with("steps", self.steps()))
            .with("custom", custom);
        Map::new()
            .with("id", id(&[row, &self.title]))
            .with("type", kind)
            .with("title", self.title.as_str())
            .with("description", self.description.as_str())
            .with("datasource", data_source())
            .with("gridPos", grid(place))
            .with("targets", Node::list(targets))
            .with("fieldConfig", Map::new().with("defaults", defaults).with("overrides", Vec::new()))
            .with("options", options)
    }

    const fn colour_mode(&self) -> &'static str {
        match self.kind {
            Kind::Lines => "palette-classic",
            Kind::Number | Kind::States(_) => "thresholds",
        }
    }

    fn mappings(&self) -> Vec<Node> {
        let Kind::States(states) = &self.kind else { return Vec::new() };
        let options = states.iter().enumerate().fold(Map::new(), |map, (at, (value, name, colour))| {
            let shown = Map::new().with("text", *name).with("color", *colour).with("index", at);
            map.with(value.to_string(), shown)
        });
        vec![Map::new().with("type", "value").with("options", options).into()]
    }

    fn steps(&self) -> Node {
        let fallback = [Threshold { from: None, colour: GREEN }];
        let steps = if self.thresholds.is_empty() { &fallback } else { self.thresholds.as_slice() };
        Node::list(steps.iter().map(|step| {
            Map::new().with("value", step.from.map_or(Node::Null, Node::from)).with("color", step.colour)
        }))
    }
}

fn lines(has_thresholds: bool) -> Map {
    let style = if has_thresholds { "dashed+area" } else { "off" };
    Map::new()
        .with("drawStyle", "line")
        .with("lineInterpolation", "linear")
        .with("lineWidth", 1)
        .with("fillOpacity", 8)
        .with("showPoints", "never")
        .with("spanNulls", false)
        .with("axisSoftMin", 0)
        .with("thresholdsStyle", Map::new().with("mode", style))
}

fn line_options() -> Map {
    let legend = Map::new()
        .with("displayMode", "table")
        .with("placement", "bottom")
        .with("showLegend", true)
        .with("calcs", Node::list(["lastNotNull", "max"]))
        .with("sortBy", "Max")
        .with("sortDesc", true);
    Map::new().with("legend", legend).with("tooltip", Map::new().with("mode", "multi").with("sort", "desc"))
}

fn number_options() -> Map {
    let reduced =
        Map::new().with("calcs", Node::list(["lastNotNull"])).with("fields", "").with("values", false);
    Map::new()
        .with("reduceOptions", reduced)
        .with("colorMode", "background")
        .with("graphMode", "none")
        .with("justifyMode", "auto")
        .with("orientation", "auto")
        .with("textMode", "auto")
        .with("wideLayout", true)
        .with("showPercentChange", false)
        .with("percentChangeColorMode", "standard")
}

fn state_options() -> Map {
    let legend = Map::new()
        .with("displayMode", "list")
        .with("placement", "bottom")
        .with("showLegend", true)
        .with("calcs", Vec::new());
    Map::new()
        .with("legend", legend)
        .with("tooltip", Map::new().with("mode", "single").with("sort", "none"))
        .with("showValue", "never")
        .with("mergeValues", true)
        .with("rowHeight", 0.9)
        .with("alignValue", "left")
}
