//! Where something was done from, as well as it is known.

/// A point on Earth with how well it is known. Its `Debug` does not say where it is.
#[derive(Clone, Copy, PartialEq)]
pub struct Place {
    latitude: f32,
    longitude: f32,
    accuracy_km: f32,
    anonymous: bool,
}

/// Why something is no place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PlaceError {
    /// A latitude that is no number from -90 to 90 degrees.
    Latitude,
    /// A longitude that is no number from -180 to 180 degrees.
    Longitude,
    /// A radius that is no number from 0 to 20,038 kilometres, half of the equator.
    Accuracy,
}

impl Place {
    /// A place in degrees north and east, and the radius in kilometres within which it really is: what a database of
    /// addresses calls the accuracy radius.
    ///
    /// # Errors
    ///
    /// When one of them is not a number, or out of its range.
    pub fn new(latitude: f32, longitude: f32, accuracy_km: f32) -> Result<Self, PlaceError> {
        if !(-90.0..=90.0).contains(&latitude) {
            return Err(PlaceError::Latitude);
        }
        if !(-180.0..=180.0).contains(&longitude) {
            return Err(PlaceError::Longitude);
        }
        if !(0.0..=20_038.0).contains(&accuracy_km) {
            return Err(PlaceError::Accuracy);
        }
        Ok(Self { latitude, longitude, accuracy_km, anonymous: false })
    }

    /// The same, for an address of a VPN, a proxy or a hosting company: the person may be anywhere.
    #[must_use]
    pub const fn anonymous(self) -> Self {
        Self { anonymous: true, ..self }
    }

    /// Degrees north.
    pub const fn latitude(self) -> f32 {
        self.latitude
    }

    /// Degrees east.
    pub const fn longitude(self) -> f32 {
        self.longitude
    }

    /// The radius in kilometres within which it really is.
    pub const fn accuracy_km(self) -> f32 {
        self.accuracy_km
    }

    /// Whether the person may be anywhere.
    pub const fn is_anonymous(self) -> bool {
        self.anonymous
    }
}

impl std::fmt::Debug for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Place")
            .field("accuracy_km", &self.accuracy_km)
            .field("anonymous", &self.anonymous)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Display for PlaceError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Latitude => "a latitude is a number from -90 to 90 degrees",
            Self::Longitude => "a longitude is a number from -180 to 180 degrees",
            Self::Accuracy => "an accuracy radius is a number from 0 to 20,038 kilometres",
        })
    }
}

impl std::error::Error for PlaceError {}
