// Output layer and cross-entropy in one: the logits of a chunk of rows never leave the cache.
//
// loss_i = log sum_v exp(z_iv) - z_i,target,  z = x W^T
// The gradients for a sum of losses times `factor` are found on the way, because here the
// exponentials are at hand: d loss_i / d z_iv = exp(z_iv) / sum_i - [v = target].
#pragma once

#include "rows.h"

// In place: z[v][kChunk] becomes exp(z - peak), column by column; total is its sum over v.
template <class T>
void softmax_without_division(T* z, Size n_vocab, T* peak, T* total) {
    constexpr Size vectors = kChunk / kLanes<T>;
    Vec<T> top[vectors], sums[vectors] = {};
    for (Size i = 0; i < vectors; ++i) top[i] = at(z + i * kLanes<T>);
    for (Size v = 1; v < n_vocab; ++v)
        for (Size i = 0; i < vectors; ++i)
            top[i] = larger(top[i], at(z + v * kChunk + i * kLanes<T>));
    for (Size v = 0; v < n_vocab; ++v)
        for (Size i = 0; i < vectors; ++i) {
            Vec<T>& here = at(z + v * kChunk + i * kLanes<T>);
            here = exponential(here - top[i]);
            sums[i] += here;
        }
    for (Size i = 0; i < vectors; ++i) {
        at(peak + i * kLanes<T>) = top[i];
        at(total + i * kLanes<T>) = sums[i];
    }
}

// False, with nothing done, if a target is no token.
template <class T>
bool cross_entropy(Size n, Size d, Size n_vocab, const T* x, const T* weight,
                   const int64_t* targets, T* losses, T factor, T* d_x, T* d_weight) {
    for (Size i = 0; i < n; ++i)
        if (targets[i] < 0 || targets[i] >= n_vocab) return false;
    static thread_local Scratch<T> memory;
    constexpr Size width = kChunk;
    T* z = memory.get(n_vocab * width + 2 * d * width + kChunk * d + 2 * width);
    T* x_turned = z + n_vocab * width;
    T* d_turned = x_turned + d * width;
    T* x_scaled = d_turned + d * width;
    T* peak = x_scaled + kChunk * d;
    T* inverse = peak + width;
    if (d_weight) std::memset(d_weight, 0, sizeof(T) * n_vocab * d);

    for (Size start = 0; start < n; start += kChunk) {
        const Size rows = n - start < kChunk ? n - start : kChunk;
        const T* x_here = x + start * d;
        turn(x_here, rows, d, x_turned, width);
        gemm(weight, d, 1, n_vocab, d, width, x_turned, width, z, width);
        for (Size r = 0; r < rows; ++r) losses[start + r] = -z[targets[start + r] * width + r];

        softmax_without_division(z, n_vocab, peak, inverse);
        for (Size r = 0; r < rows; ++r) {
            losses[start + r] += peak[r] + std::log(inverse[r]);
            inverse[r] = factor / inverse[r];
        }
        if (!d_weight) continue;

        gemm(weight, 1, d, d, n_vocab, width, z, width, d_turned, width);
        for (Size r = 0; r < rows; ++r) {
            const T* target_weight = weight + targets[start + r] * d;
            T* target_gradient = d_weight + targets[start + r] * d;
            for (Size c = 0; c < d; ++c) {
                d_x[(start + r) * d + c] =
                    d_turned[c * width + r] * inverse[r] - factor * target_weight[c];
                x_scaled[r * d + c] = x_here[r * d + c] * inverse[r];
                target_gradient[c] -= factor * x_here[r * d + c];
            }
        }
        gemm(z, width, 1, n_vocab, rows, d, x_scaled, d, d_weight, d, true);
    }
    return true;
}
