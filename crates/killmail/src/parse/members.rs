//! The names of an object's members as an enum.

/// Makes the enum of the member names that an object is known to have.
macro_rules! members {
    ($name:ident { $($variant:ident = $text:literal,)* }) => {
        enum $name { $($variant,)* Unknown }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Names;
                impl serde::de::Visitor<'_> for Names {
                    type Value = $name;
                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str("a member's name")
                    }
                    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<$name, E> {
                        Ok(match text { $($text => $name::$variant,)* _ => $name::Unknown })
                    }
                }
                deserializer.deserialize_identifier(Names)
            }
        }
    };
}
