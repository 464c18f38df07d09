//! Where large airports are, in degrees north and east.

pub(super) const AIRPORTS: &[(f32, f32)] = &[
    (33.64, -84.43),  // Atlanta
    (33.94, -118.41), // Los Angeles
    (41.98, -87.90),  // Chicago
    (32.90, -97.04),  // Dallas
    (39.86, -104.67), // Denver
    (40.64, -73.78),  // New York
    (37.62, -122.38), // San Francisco
    (47.45, -122.31), // Seattle
    (25.79, -80.29),  // Miami
    (21.32, -157.92), // Honolulu
    (61.17, -149.99), // Anchorage
    (43.68, -79.63),  // Toronto
    (49.19, -123.18), // Vancouver
    (19.44, -99.07),  // Mexico City
    (4.70, -74.15),   // Bogotá
    (-12.02, -77.11), // Lima
    (-33.39, -70.79), // Santiago
    (-34.82, -58.54), // Buenos Aires
    (-23.43, -46.47), // São Paulo
    (51.47, -0.46),   // London
    (49.01, 2.55),    // Paris
    (50.03, 8.56),    // Frankfurt
    (52.31, 4.76),    // Amsterdam
    (40.47, -3.56),   // Madrid
    (41.80, 12.25),   // Rome
    (47.46, 8.55),    // Zürich
    (60.32, 24.96),   // Helsinki
    (63.99, -22.62),  // Keflavík
    (41.28, 28.75),   // Istanbul
    (30.12, 31.41),   // Cairo
    (6.58, 3.32),     // Lagos
    (-1.32, 36.93),   // Nairobi
    (-26.14, 28.25),  // Johannesburg
    (25.25, 55.36),   // Dubai
    (25.27, 51.61),   // Doha
    (28.57, 77.10),   // Delhi
    (19.09, 72.87),   // Mumbai
    (13.68, 100.75),  // Bangkok
    (1.36, 103.99),   // Singapore
    (-6.13, 106.66),  // Jakarta
    (22.31, 113.91),  // Hong Kong
    (31.14, 121.81),  // Shanghai
    (40.08, 116.58),  // Beijing
    (37.46, 126.44),  // Seoul
    (35.55, 139.78),  // Tokyo
    (-33.95, 151.18), // Sydney
    (-37.67, 144.84), // Melbourne
    (-37.01, 174.79), // Auckland
];
