//! The bundled practice web: fictitious sites, their server on loopback, and the load generator.
