//! How far places are apart.

use crate::place::Place;

/// The mean radius of the Earth, in kilometres, by the International Union of Geodesy and Geophysics.
const EARTH: f64 = 6_371.008_8;

/// The distance of two places along the great circle, in kilometres, by the haversine formula.
///
/// The Earth is taken for a sphere, of which it is no more than 0.6 % different.
pub fn great_circle_km(a: Place, b: Place) -> f64 {
    between((a.latitude(), a.longitude()), (b.latitude(), b.longitude()))
}

/// The same of degrees north and east.
pub(super) fn between(a: (f32, f32), b: (f32, f32)) -> f64 {
    let radians = |degrees: f32| f64::from(degrees).to_radians();
    let (north_a, north_b) = (radians(a.0), radians(b.0));
    let half = |from: f64, to: f64| ((to - from) / 2.0).sin().powi(2);
    let chord = half(north_a, north_b) + north_a.cos() * north_b.cos() * half(radians(a.1), radians(b.1));
    // Rounding may bring antipodes beyond one, and a number that is none out of the root.
    2.0 * EARTH * chord.clamp(0.0, 1.0).sqrt().asin()
}
