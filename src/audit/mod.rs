//! Claims x rules x registers -> findings and scores with named contributions. Pure.
