// x + dropout(project(attention(qkv(norm(x))))): causal self-attention, a sequence at a time.
//
// q, k, v and their gradients are kept turned, [feature][time]. Scores are [key][query] for a block
// of queries, lanes along queries, so that the softmax over keys is vertical and the keys after
// the block are never touched. The forward pass keeps qkv, the mixed values, and the peak and sum of each softmax.
#pragma once

#include "dropout.h"
#include "layer_norm.h"

template <class T>
struct Attention {  // weights as torch.nn keeps them: (features out, features in)
    T *norm_weight, *norm_bias;        // (d)
    T *qkv_weight, *qkv_bias;          // (3 d, d), (3 d)
    T *project_weight, *project_bias;  // (d, d), (d)
};

constexpr Size kQueries = kBytes == 64 ? 32 : 24;  // queries in a block: whole vectors, and few
static_assert(kQueries * sizeof(float) % kBytes == 0);

inline Size in_blocks(Size time) { return (time + kQueries - 1) / kQueries * kQueries; }

template <class T>
Size attention_saved(Size batch, Size time, Size d, Size n_heads) {
    return batch * (4 * d + 2 * n_heads) * in_blocks(time);
}

// The scores of one head before scaling, for the queries first .. first + kQueries and the keys up
// to the last of them, as [key][kQueries]; -infinity where the key is later than the query.
template <class T>
void masked_scores(const T* q, const T* k, Size wide, Size d_head, Size first, Size keys,
                   T* scores) {
    gemm(k, 1, wide, keys, d_head, kQueries, q + first, wide, scores, kQueries);
    Vec<T> query;
    for (Size lane = 0; lane < kLanes<T>; ++lane) query[lane] = T(lane);
    for (Size j = first + 1; j < keys; ++j)
        for (Size r = 0; r < kQueries; r += kLanes<T>) {
            Vec<T>& here = at(scores + j * kQueries + r);
            here = query < T(j - first - r) ? Vec<T>{} - T(INFINITY) : here;
        }
}

// In place: scores become exp(factor * score - peak), then masked by dropout. The inverse of their
// sum over keys before dropout, and the peak, are the same again in the backward pass.
template <class T>
void weights_without_division(T* scores, Size keys, T factor, const Dropout<T>& mask,
                              Size first_query, Size time, T* peak, T* inverse) {
    constexpr Size vectors = kQueries / kLanes<T>;
    Vec<T> top[vectors], sums[vectors] = {};
    for (Size i = 0; i < vectors; ++i) top[i] = at(scores + i * kLanes<T>);
    for (Size j = 1; j < keys; ++j)
        for (Size i = 0; i < vectors; ++i)
            top[i] = larger(top[i], at(scores + j * kQueries + i * kLanes<T>));
    for (Size i = 0; i < vectors; ++i) top[i] *= factor;
    for (Size j = 0; j < keys; ++j)
        for (Size i = 0; i < vectors; ++i) {
            Vec<T>& here = at(scores + j * kQueries + i * kLanes<T>);
            here = exponential(here * factor - top[i]);
            sums[i] += here;
            if (mask.active) here *= mask.gain(j * time + first_query + i * kLanes<T>, 1);
        }
    for (Size i = 0; i < vectors; ++i) {
        at(inverse + i * kLanes<T>) = T(1) / sums[i];
        at(peak + i * kLanes<T>) = top[i];
    }
}

template <class T>
void attention(Size batch, Size time, Size d, Size n_heads, const T* x, const Attention<const T>& w,
               const Dropout<T>& weight_dropout, const Dropout<T>& dropout, T* out, T* saved) {
    static thread_local Scratch<T> memory;
    const Size wide = in_blocks(time), d_head = d / n_heads;
    T* turned = memory.get((5 * d + 1 + 2 * n_heads) * wide + time * kQueries);
    T* unsaved = turned + d * wide;
    T* scores = unsaved + (4 * d + 2 * n_heads) * wide;
    T* scale = scores + time * kQueries;
    const T factor = T(1) / std::sqrt(T(d_head));

    for (Size b = 0; b < batch; ++b) {
        const T* x_here = x + b * time * d;
        T* qkv = saved ? saved + b * (4 * d + 2 * n_heads) * wide : unsaved;
        T* mixed = qkv + 3 * d * wide;
        T* peak = mixed + d * wide;
        T* inverse = peak + n_heads * wide;
        turn(x_here, time, d, turned, wide);
        normalise(turned, d, wide, scale);
        weigh(turned, w.norm_weight, w.norm_bias, d, wide, turned);
        gemm(w.qkv_weight, d, 1, 3 * d, d, wide, turned, wide, qkv, wide);
        add_to_rows(qkv, w.qkv_bias, 3 * d, wide);

        for (Size h = 0; h < n_heads; ++h) {
            const T* q = qkv + h * d_head * wide;
            const T *k = q + d * wide, *v = k + d * wide;
            const Dropout<T> mask = weight_dropout.part(b * n_heads + h);
            for (Size first = 0; first < time; first += kQueries) {
                const Size keys = time < first + kQueries ? time : first + kQueries;
                masked_scores(q, k, wide, d_head, first, keys, scores);
                T* inverse_here = inverse + h * wide + first;
                weights_without_division(scores, keys, factor, mask, first, time,
                                         peak + h * wide + first, inverse_here);
                T* mixed_here = mixed + h * d_head * wide + first;
                gemm(v, wide, 1, d_head, keys, kQueries, scores, kQueries, mixed_here, wide);
                for (Size c = 0; c < d_head; ++c)
                    for (Size r = 0; r < kQueries; r += kLanes<T>)
                        at(mixed_here + c * wide + r) *= at(inverse_here + r);
            }
        }
        gemm(w.project_weight, d, 1, d, d, wide, mixed, wide, turned, wide);
        add_to_rows(turned, w.project_bias, d, wide);
        dropout.apply(turned, b * time, d, wide);
        add_back(turned, x_here, time, d, wide, out + b * time * d);
    }
}

// In place: scores become the weights (dropout applied), and the gradients of the weights those of
// the scores: factor * weight * (gradient - sum over keys of weight * gradient, which is `along`).
template <class T>
void weights_backward(T* scores, T* gradients, Size keys, T factor, const Dropout<T>& mask,
                      Size first_query, Size time, const T* peak, const T* inverse, const T* along) {
    for (Size j = 0; j < keys; ++j)
        for (Size r = 0; r < kQueries; r += kLanes<T>) {
            Vec<T>& p = at(scores + j * kQueries + r);
            Vec<T>& g = at(gradients + j * kQueries + r);
            p = exponential(p * factor - at(peak + r)) * at(inverse + r);
            const Vec<T> undropped = p * factor;
            if (mask.active) {
                const Vec<T> gain = mask.gain(j * time + first_query + r, 1);
                g *= gain;
                p *= gain;
            }
            g = undropped * (g - at(along + r));
        }
}

// The gradients of all weights are added to; that of x is written.
template <class T>
void attention_backward(Size batch, Size time, Size d, Size n_heads, const T* x,
                        const Attention<const T>& w, const Dropout<T>& weight_dropout,
                        const Dropout<T>& dropout, const T* saved, const T* d_out, T* d_x,
                        const Attention<T>& gradients) {
    static thread_local Scratch<T> memory;
    const Size wide = in_blocks(time), d_head = d / n_heads;
    T* normal_x = memory.get((11 * d + 2) * wide + 2 * time * kQueries);
    T* turned = normal_x + d * wide;
    T* d_turned = turned + d * wide;
    T* d_mixed = d_turned + d * wide;
    T* d_qkv = d_mixed + d * wide;      // 3 d
    T* rows = d_qkv + 3 * d * wide;     // (time, d), of one thing after the other
    T* d_mixed_rows = rows + d * wide;  // (time, d)
    T* d_k_rows = d_mixed_rows + d * wide;
    T* d_v_rows = d_k_rows + d * wide;
    T* scale = d_v_rows + d * wide;
    T* along = scale + wide;
    T* weights = along + wide;
    T* d_weights = weights + time * kQueries;
    const T factor = T(1) / std::sqrt(T(d_head));

    for (Size b = 0; b < batch; ++b) {
        const T* d_out_here = d_out + b * time * d;
        const T* qkv = saved + b * (4 * d + 2 * n_heads) * wide;
        const T* mixed = qkv + 3 * d * wide;
        const T* peak = mixed + d * wide;
        const T* inverse = peak + n_heads * wide;

        turn(d_out_here, time, d, d_turned, wide);
        dropout.apply(d_turned, b * time, d, wide);
        add_row_sums(d_turned, d, wide, gradients.project_bias);
        turn_back(mixed, time, d, wide, rows);
        gemm(d_turned, wide, 1, d, time, d, rows, d, gradients.project_weight, d, true);
        gemm(w.project_weight, 1, d, d, d, wide, d_turned, wide, d_mixed, wide);
        turn_back(d_mixed, time, d, wide, d_mixed_rows);
        turn_back(qkv, time, d, wide, rows);  // q
        std::memset(d_k_rows, 0, sizeof(T) * 2 * d * wide);

        for (Size h = 0; h < n_heads; ++h) {
            const Size head = h * d_head;
            const T *q = qkv + head * wide, *k = q + d * wide, *v = k + d * wide;
            const Dropout<T> mask = weight_dropout.part(b * n_heads + h);
            for (Size r = 0; r < wide; r += kLanes<T>) {
                Vec<T> total{};
                for (Size c = head; c < head + d_head; ++c)
                    total += at(d_mixed + c * wide + r) * at(mixed + c * wide + r);
                at(along + r) = total;
            }
            for (Size first = 0; first < time; first += kQueries) {
                const Size live = time - first < kQueries ? time - first : kQueries;
                const Size keys = first + live;
                masked_scores(q, k, wide, d_head, first, keys, weights);
                gemm(v, 1, wide, keys, d_head, kQueries, d_mixed + head * wide + first, wide,
                     d_weights, kQueries);
                weights_backward(weights, d_weights, keys, factor, mask, first, time,
                                 peak + h * wide + first, inverse + h * wide + first,
                                 along + first);
                gemm(k, wide, 1, d_head, keys, kQueries, d_weights, kQueries,
                     d_qkv + head * wide + first, wide);
                gemm(d_weights, kQueries, 1, keys, live, d_head, rows + first * d + head, d,
                     d_k_rows + head, d, true);
                gemm(weights, kQueries, 1, keys, live, d_head, d_mixed_rows + first * d + head, d,
                     d_v_rows + head, d, true);
            }
        }
        turn(d_k_rows, time, d, d_qkv + d * wide, wide);
        turn(d_v_rows, time, d, d_qkv + 2 * d * wide, wide);

        turn(x + b * time * d, time, d, normal_x, wide);
        normalise(normal_x, d, wide, scale);
        weigh(normal_x, w.norm_weight, w.norm_bias, d, wide, turned);
        turn_back(turned, time, d, wide, rows);
        add_row_sums(d_qkv, 3 * d, wide, gradients.qkv_bias);
        gemm(d_qkv, wide, 1, 3 * d, time, d, rows, d, gradients.qkv_weight, d, true);
        gemm(w.qkv_weight, 1, d, d, 3 * d, wide, d_qkv, wide, d_turned, wide);
        normalise_backward(normal_x, scale, w.norm_weight, d, wide, d_turned,
                           gradients.norm_weight, gradients.norm_bias);
        add_back(d_turned, d_out_here, time, d, wide, d_x + b * time * d);
    }
}
