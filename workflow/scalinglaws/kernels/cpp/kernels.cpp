// The entry points: plain C functions on contiguous arrays, for float (_f32) and double (_f64).
//
// `weights` and `gradients` list arrays in the order of the struct's members.

#include "attention.h"
#include "cross_entropy.h"
#include "embedding.h"
#include "feed_forward.h"

template <template <class> class Weights, class T>
Weights<T> listed(T* const* arrays) {
    return {arrays[0], arrays[1], arrays[2], arrays[3], arrays[4], arrays[5]};
}

#define ENTRY_POINTS(T, SUFFIX)                                                                   \
    extern "C" Size cross_entropy_##SUFFIX(Size n, Size d, Size n_vocab, const T* x,              \
                                           const T* weight, const int64_t* targets, T* losses,    \
                                           double factor, T* d_x, T* d_weight) {                  \
        return cross_entropy<T>(n, d, n_vocab, x, weight, targets, losses, T(factor), d_x,        \
                                d_weight);                                                        \
    }                                                                                             \
    extern "C" void embedding_##SUFFIX(Size batch, Size time, Size d, const int64_t* tokens,      \
                                       const T* weight, const T* positions, double p,             \
                                       uint64_t seed, T* out) {                                   \
        embedding<T>(batch, time, d, tokens, weight, positions, Dropout<T>(p, seed), out);        \
    }                                                                                             \
    extern "C" void embedding_backward_##SUFFIX(Size batch, Size time, Size d,                    \
                                                const int64_t* tokens, double p, uint64_t seed,   \
                                                const T* d_out, T* d_weight, T* d_positions) {    \
        embedding_backward<T>(batch, time, d, tokens, Dropout<T>(p, seed), d_out, d_weight,       \
                              d_positions);                                                       \
    }                                                                                             \
    extern "C" Size attention_saved_##SUFFIX(Size batch, Size time, Size d, Size n_heads) {       \
        return attention_saved<T>(batch, time, d, n_heads);                                       \
    }                                                                                             \
    extern "C" void attention_##SUFFIX(Size batch, Size time, Size d, Size n_heads, const T* x,   \
                                       const T* const* weights, double p, uint64_t seed, T* out,  \
                                       T* saved) {                                                \
        attention<T>(batch, time, d, n_heads, x, listed<Attention>(weights),                      \
                     Dropout<T>(p, seed).part(0), Dropout<T>(p, seed).part(1), out, saved);       \
    }                                                                                             \
    extern "C" void attention_backward_##SUFFIX(                                                  \
        Size batch, Size time, Size d, Size n_heads, const T* x, const T* const* weights,         \
        double p, uint64_t seed, const T* saved, const T* d_out, T* d_x, T* const* gradients) {   \
        attention_backward<T>(batch, time, d, n_heads, x, listed<Attention>(weights),             \
                              Dropout<T>(p, seed).part(0), Dropout<T>(p, seed).part(1), saved,    \
                              d_out, d_x, listed<Attention>(gradients));                          \
    }                                                                                             \
    extern "C" Size feed_forward_saved_##SUFFIX(Size n, Size d_ff) {                              \
        return feed_forward_saved<T>(n, d_ff);                                                    \
    }                                                                                             \
    extern "C" void feed_forward_##SUFFIX(Size n, Size d, Size d_ff, const T* x,                  \
                                          const T* const* weights, double p, uint64_t seed,       \
                                          T* out, T* saved) {                                     \
        feed_forward<T>(n, d, d_ff, x, listed<FeedForward>(weights), Dropout<T>(p, seed), out,    \
                        saved);                                                                   \
    }                                                                                             \
    extern "C" void feed_forward_backward_##SUFFIX(                                               \
        Size n, Size d, Size d_ff, const T* x, const T* const* weights, double p, uint64_t seed,  \
        const T* saved, const T* d_out, T* d_x, T* const* gradients) {                            \
        feed_forward_backward<T>(n, d, d_ff, x, listed<FeedForward>(weights),                     \
                                 Dropout<T>(p, seed), saved, d_out, d_x,                          \
                                 listed<FeedForward>(gradients));                                 \
    }

ENTRY_POINTS(float, f32)
ENTRY_POINTS(double, f64)
