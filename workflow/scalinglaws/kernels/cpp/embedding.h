// dropout(token embedding + position embedding), and its gradient.
#pragma once

#include "dropout.h"

// `batch` sequences of `time` token ids each, all in range, to rows of d.
template <class T>
void embedding(Size batch, Size time, Size d, const int64_t* tokens, const T* weight,
               const T* positions, const Dropout<T>& dropout, T* out) {
    for (Size i = 0; i < batch * time; ++i) {
        const T *token = weight + tokens[i] * d, *position = positions + i % time * d;
        for (Size c = 0; c < d; ++c) out[i * d + c] = token[c] + position[c];
        if (dropout.active)
            for (Size c = 0; c < d; ++c) out[i * d + c] *= dropout.gain_of(i * d + c);
    }
}

// The gradients of both weights are added to.
template <class T>
void embedding_backward(Size batch, Size time, Size d, const int64_t* tokens,
                        const Dropout<T>& dropout, const T* d_out, T* d_weight, T* d_positions) {
    for (Size i = 0; i < batch * time; ++i) {
        T *token = d_weight + tokens[i] * d, *position = d_positions + i % time * d;
        for (Size c = 0; c < d; ++c) {
            const T gain = dropout.active ? dropout.gain_of(i * d + c) : T(1);
            token[c] += gain * d_out[i * d + c];
            position[c] += gain * d_out[i * d + c];
        }
    }
}
