//! What ids mean: names, prices and values, against the simulator and real data.

mod golden_values;
