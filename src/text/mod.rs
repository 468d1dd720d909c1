//! Normalisation with offset map, sentences, tokens. The only user of jieba-rs. Pure.
