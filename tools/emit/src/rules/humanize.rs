//! Numbers as the templates of Prometheus show them, so that tests can expect what an annotation says.

#[cfg(test)]
mod tests;

use crate::problem::Problem;

/// What a template of an annotation makes of a value.
pub(super) fn render(template: &str, value: f64) -> Result<String, Problem> {
    let Some((before, rest)) = template.split_once("{{ $value | ") else { return Ok(template.to_owned()) };
    let (function, after) = rest.split_once(" }}").ok_or(Problem::Unknown("a template"))?;
    let shown = match function {
        "humanize" => humanize(value),
        "humanizePercentage" => format!("{}%", significant(value * 100.0)),
        "humanizeDuration" => duration(value),
        _ => return Err(Problem::Unknown("a function of templates")),
    };
    Ok(format!("{before}{shown}{}", render(after, value)?))
}

fn humanize(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return significant(value);
    }
    if value.abs() < 1.0 {
        return small(value);
    }
    let mut value = value;
    let mut prefix = "";
    for larger in ["k", "M", "G", "T", "P", "E", "Z", "Y"] {
        if value.abs() < 1000.0 {
            break;
        }
        prefix = larger;
        value /= 1000.0;
    }
    format!("{}{prefix}", significant(value))
}

/// A value below one, with a prefix that makes it more.
fn small(value: f64) -> String {
    let mut value = value;
    let mut prefix = "";
    for smaller in ["m", "u", "n", "p", "f", "a", "z", "y"] {
        if value.abs() >= 1.0 {
            break;
        }
        prefix = smaller;
        value *= 1000.0;
    }
    format!("{}{prefix}", significant(value))
}

fn duration(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return if value == 0.0 { "0s".to_owned() } else { significant(value) };
    }
    if value.abs() < 1.0 {
        return small(value) + "s";
    }
    let sign = if value < 0.0 { "-" } else { "" };
    let whole = value.abs().trunc();
    let part = |unit: f64, of: f64| (whole / unit).trunc() % of;
    let [days, hours, minutes, seconds] =
        [(whole / 86_400.0).trunc(), part(3_600.0, 24.0), part(60.0, 60.0), part(1.0, 60.0)];
    if days > 0.0 {
        format!("{sign}{days}d {hours}h {minutes}m {seconds}s")
    } else if hours > 0.0 {
        format!("{sign}{hours}h {minutes}m {seconds}s")
    } else if minutes > 0.0 {
        format!("{sign}{minutes}m {seconds}s")
    } else {
        format!("{sign}{}s", significant(value.abs()))
    }
}

/// Four significant digits: `%.4g` of Go.
fn significant(value: f64) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "+Inf" } else { "-Inf" }.to_owned();
    }
    let scientific = format!("{value:.3e}");
    let Some((digits, exponent)) = scientific.split_once('e') else { return scientific };
    let exponent: i32 = exponent.parse().unwrap_or_default();
    let short = |text: &str| match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text.to_owned(),
    };
    if (-4..4).contains(&exponent) {
        let places = usize::try_from(3 - exponent).unwrap_or_default();
        short(&format!("{value:.places$}"))
    } else {
        let sign = if exponent < 0 { '-' } else { '+' };
        format!("{}e{sign}{:02}", short(digits), exponent.abs())
    }
}
