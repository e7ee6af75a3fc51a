// Layer normalisation of a turned chunk, and its gradient.
#pragma once

#include "rows.h"

constexpr double kEpsilon = 1e-5;  // as torch.nn.LayerNorm

// In place: x becomes the normalised x (before weight and bias); scale is 1 / standard deviation.
template <class T>
void normalise(T* x, Size d, Size width, T* scale) {
    for (Size r = 0; r < width; r += kLanes<T>) {
        Vec<T> mean{}, variance{};
        for (Size c = 0; c < d; ++c) mean += at(x + c * width + r);
        mean /= T(d);
        for (Size c = 0; c < d; ++c) {
            const Vec<T> centred = at(x + c * width + r) - mean;
            at(x + c * width + r) = centred;
            variance += centred * centred;
        }
        at(scale + r) = variance / T(d) + T(kEpsilon);
        for (Size lane = 0; lane < kLanes<T>; ++lane)
            scale[r + lane] = T(1) / std::sqrt(scale[r + lane]);
        for (Size c = 0; c < d; ++c) at(x + c * width + r) *= at(scale + r);
    }
}

template <class T>
void weigh(const T* normal, const T* weight, const T* bias, Size d, Size width, T* out) {
    for (Size c = 0; c < d; ++c)
        for (Size r = 0; r < width; r += kLanes<T>)
            at(out + c * width + r) = at(normal + c * width + r) * weight[c] + bias[c];
}

// In place: the gradient of the weighted output becomes that of x. Adds to d_weight and d_bias.
template <class T>
void normalise_backward(const T* normal, const T* scale, const T* weight, Size d, Size width,
                        T* gradient, T* d_weight, T* d_bias) {
    add_row_sums(gradient, d, width, d_bias);
    for (Size c = 0; c < d; ++c) {
        Vec<T> total{};
        for (Size r = 0; r < width; r += kLanes<T>)
            total += at(gradient + c * width + r) * at(normal + c * width + r);
        d_weight[c] += sum<T>(total);
    }
    for (Size r = 0; r < width; r += kLanes<T>) {
        Vec<T> mean{}, along{};
        for (Size c = 0; c < d; ++c) {
            const Vec<T> g = at(gradient + c * width + r) * weight[c];
            at(gradient + c * width + r) = g;
            mean += g;
            along += g * at(normal + c * width + r);
        }
        mean /= T(d);
        along /= T(d);
        for (Size c = 0; c < d; ++c) {
            Vec<T>& g = at(gradient + c * width + r);
            g = (g - mean - at(normal + c * width + r) * along) * at(scale + r);
        }
    }
}
