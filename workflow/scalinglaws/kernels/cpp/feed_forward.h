// x + dropout(contract(gelu(expand(norm(x))))), a chunk of rows at a time.
//
// The forward pass keeps only the input of the GELU; everything else is computed again.
#pragma once

#include "dropout.h"
#include "layer_norm.h"

template <class T>
struct FeedForward {  // weights as torch.nn keeps them: (features out, features in)
    T *norm_weight, *norm_bias;      // (d)
    T *expand_weight, *expand_bias;  // (d_ff, d), (d_ff)
    T *contract_weight, *contract_bias;  // (d, d_ff), (d)
};

template <class T>
Size feed_forward_saved(Size n, Size d_ff) {
    return (n + kChunk - 1) / kChunk * d_ff * kChunk;
}

template <class T>
void feed_forward(Size n, Size d, Size d_ff, const T* x, const FeedForward<const T>& w,
                  const Dropout<T>& dropout, T* out, T* saved) {
    static thread_local Scratch<T> memory;
    constexpr Size width = kChunk;
    T* turned = memory.get((d + 2 * d_ff + 1) * width);
    T* hidden = turned + d * width;
    T* z_unsaved = hidden + d_ff * width;
    T* scale = z_unsaved + d_ff * width;

    for (Size start = 0; start < n; start += kChunk) {
        const Size rows = n - start < kChunk ? n - start : kChunk;
        T* z = saved ? saved + start / kChunk * d_ff * width : z_unsaved;
        turn(x + start * d, rows, d, turned, width);
        normalise(turned, d, width, scale);
        weigh(turned, w.norm_weight, w.norm_bias, d, width, turned);
        gemm(w.expand_weight, d, 1, d_ff, d, width, turned, width, z, width);
        for (Size f = 0; f < d_ff; ++f)
            for (Size r = 0; r < width; r += kLanes<T>) {
                Vec<T> density, cumulative;
                const Vec<T> here = at(z + f * width + r) += w.expand_bias[f];
                normal(here, density, cumulative);
                at(hidden + f * width + r) = here * cumulative;
            }
        gemm(w.contract_weight, d_ff, 1, d, d_ff, width, hidden, width, turned, width);
        add_to_rows(turned, w.contract_bias, d, width);
        dropout.apply(turned, start, d, width);
        add_back(turned, x + start * d, rows, d, width, out + start * d);
    }
}

// The gradients of all weights are added to; that of x is written.
template <class T>
void feed_forward_backward(Size n, Size d, Size d_ff, const T* x, const FeedForward<const T>& w,
                           const Dropout<T>& dropout, const T* saved, const T* d_out, T* d_x,
                           const FeedForward<T>& gradients) {
    static thread_local Scratch<T> memory;
    constexpr Size width = kChunk;
    T* normal_x = memory.get((5 * d + 2 * d_ff + 1) * width + d_ff * d);
    T* turned = normal_x + d * width;
    T* d_turned = turned + d * width;
    T* x_rows = d_turned + d * width;
    T* d_rows = x_rows + d * width;
    T* hidden = d_rows + d * width;
    T* d_hidden = hidden + d_ff * width;
    T* scale = d_hidden + d_ff * width;
    T* d_contract = scale + width;  // transposed
    std::memset(d_contract, 0, sizeof(T) * d_ff * d);

    for (Size start = 0; start < n; start += kChunk) {
        const Size rows = n - start < kChunk ? n - start : kChunk;
        const T* z = saved + start / kChunk * d_ff * width;
        turn(x + start * d, rows, d, normal_x, width);
        normalise(normal_x, d, width, scale);
        weigh(normal_x, w.norm_weight, w.norm_bias, d, width, turned);
        turn_back(turned, rows, d, width, x_rows);

        turn(d_out + start * d, rows, d, d_turned, width);
        dropout.apply(d_turned, start, d, width);
        turn_back(d_turned, rows, d, width, d_rows);
        add_row_sums(d_turned, d, width, gradients.contract_bias);
        gemm(w.contract_weight, 1, d_ff, d_ff, d, width, d_turned, width, d_hidden, width);
        for (Size i = 0; i < d_ff * width; i += kLanes<T>) {
            Vec<T> density, cumulative;
            const Vec<T> here = at(z + i);
            normal(here, density, cumulative);
            at(hidden + i) = here * cumulative;
            at(d_hidden + i) *= cumulative + here * density;
        }
        gemm(hidden, width, 1, d_ff, rows, d, d_rows, d, d_contract, d, true);
        add_row_sums(d_hidden, d_ff, width, gradients.expand_bias);
        gemm(d_hidden, width, 1, d_ff, rows, d, x_rows, d, gradients.expand_weight, d, true);
        gemm(w.expand_weight, 1, d, d, d_ff, width, d_hidden, width, d_turned, width);
        normalise_backward(normal_x, scale, w.norm_weight, d, width, d_turned,
                           gradients.norm_weight, gradients.norm_bias);
        add_back(d_turned, d_out + start * d, rows, d, width, d_x + start * d);
    }
    for (Size c = 0; c < d; ++c)
        for (Size f = 0; f < d_ff; ++f)
            gradients.contract_weight[c * d_ff + f] += d_contract[f * d + c];
}
